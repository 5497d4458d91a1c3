package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.ProxyOptions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which files are meant, where the user does not say it.
 *
 * @param workingDirectory where the command was entered; relative, so that messages stay as short as what was typed
 * @param home where the distribution is unpacked; empty when started without {@code bin/apex}
 */
record Locations(Path workingDirectory, Optional<Path> home) {

    /** Set by {@code bin/apex}. */
    private static final String HOME = "apex.home";

    private static final String CONFIG_FILE = "config.toml";

    static Locations ofThisProcess() {
        return new Locations(Path.of(""), Optional.ofNullable(System.getProperty(HOME)).map(Path::of));
    }

    ProxyOptions options(Arguments arguments) {
        return new ProxyOptions(
                arguments.config().map(Locations::existing).orElseGet(this::firstConfigFile), plugins(arguments));
    }

    Path plugins(Arguments arguments) {
        return arguments.pluginsDirectory().map(Locations::directory)
                .orElseGet(() -> home.orElse(workingDirectory).resolve("plugins"));
    }

    private Path firstConfigFile() {
        var candidates = new ArrayList<>(List.of(workingDirectory.resolve(CONFIG_FILE)));
        home.ifPresent(directory -> candidates.add(directory.resolve("conf").resolve(CONFIG_FILE)));
        return candidates.stream().filter(Locations::isThere).findFirst().orElseThrow(() -> noneOf(candidates));
    }

    private static Failure noneOf(List<Path> candidates) {
        List<String> lines = new ArrayList<>(List.of("no configuration found; looked for"));
        candidates.forEach(file -> lines.add("  " + file.toAbsolutePath()));
        lines.add("name it with --config FILE, try the proxy without one by --demo, or create it;"
                + " the least that works:");
        lines.add("  backend_addrs = [\"127.0.0.1:9000\", \"127.0.0.1:9001\"]");
        return new Failure(ExitStatus.CONFIGURATION, lines.toArray(String[]::new));
    }

    private static Path existing(Path file) {
        refuseNothing("--config", file);
        if (!isThere(file)) {
            throw new Failure(ExitStatus.CONFIGURATION, "--config: no such file: " + file);
        }
        return file;
    }

    private static Path directory(Path directory) {
        refuseNothing("--plugins-dir", directory);
        if (!isThere(directory) || !Files.isDirectory(directory)) {
            throw new Failure(ExitStatus.CONFIGURATION, "--plugins-dir: no such directory: " + directory);
        }
        return directory;
    }

    /**
     * Returns whether there is such a file.
     *
     * @throws Failure if the system does not say so, with its reason: {@link Files#exists} returns false then
     */
    private static boolean isThere(Path file) {
        try {
            Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (AccessDeniedException e) {
            throw new Failure(ExitStatus.CONFIGURATION, file.toAbsolutePath() + ": permission denied: let the user '"
                    + System.getProperty("user.name") + "' enter its directories", e);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getMessage() : e.getReason();
            throw new Failure(ExitStatus.CONFIGURATION, file.toAbsolutePath() + ": cannot be read: " + reason, e);
        } catch (IOException e) {
            throw new Failure(ExitStatus.CONFIGURATION, file.toAbsolutePath() + ": cannot be read: " + e.getMessage(),
                    e);
        }
    }

    /** For Java the working directory; for who wrote it a variable of the shell that was not set. */
    private static void refuseNothing(String option, Path value) {
        if (value.toString().isEmpty()) {
            throw new Failure(ExitStatus.USAGE, option + ": expected a path, found nothing: leave the option out, or "
                    + "set what it is made of");
        }
    }
}
