package io.apexproxy.runtime.cli;

import io.apexproxy.api.config.ConfigTree;
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
 * The configuration file and the plugins directory, with their defaults.
 *
 * @param workingDirectory the working directory; relative, so that messages show paths as the user entered them
 * @param home the directory of the distribution; empty if the process was started without {@code bin/apex}
 */
record Locations(Path workingDirectory, Optional<Path> home) {

    /** Set by {@code bin/apex}. */
    private static final String HOME = "apex.home";

    private static final String CONFIG_FILE = "config.toml";

    static Locations ofThisProcess() {
        return new Locations(Path.of(""), Optional.ofNullable(System.getProperty(HOME)).map(Path::of));
    }

    ProxyOptions options(Arguments arguments) {
        Optional<ConfigTree.Table> tree = arguments.tree();
        Optional<Path> file = tree.isPresent() ? Optional.empty()
                : Optional.of(arguments.config().map(Locations::configFile).orElseGet(this::defaultConfigFile));
        return new ProxyOptions(file, tree, plugins(arguments), true);
    }

    Path plugins(Arguments arguments) {
        return arguments.pluginsDirectory().map(Locations::directory)
                .orElseGet(() -> home.orElse(workingDirectory).resolve("plugins"));
    }

    /** Returns the default configuration file; empty if there is none. */
    Optional<Path> existingConfigFile() {
        return candidates().stream().filter(Files::isReadable).findFirst();
    }

    private List<Path> candidates() {
        var candidates = new ArrayList<>(List.of(workingDirectory.resolve(CONFIG_FILE)));
        home.ifPresent(directory -> candidates.add(directory.resolve("conf").resolve(CONFIG_FILE)));
        return candidates;
    }

    /** Returns the default configuration file. Throws an exception that explains where it was looked for. */
    Path defaultConfigFile() {
        List<Path> candidates = candidates();
        return candidates.stream().filter(Locations::exists).findFirst().orElseThrow(() -> noneFound(candidates));
    }

    private static Failure noneFound(List<Path> candidates) {
        List<String> lines = new ArrayList<>(List.of("no configuration found; looked for"));
        candidates.forEach(file -> lines.add("  " + file.toAbsolutePath()));
        lines.add("use --config FILE, use --backend HOST:PORT or --demo to run without a file, or create one of these"
                + " files; a minimal configuration:");
        lines.add("  backend_addrs = [\"127.0.0.1:9000\", \"127.0.0.1:9001\"]");
        return new Failure(ExitStatus.CONFIGURATION, lines.toArray(String[]::new));
    }

    /** Returns the file of {@code --config}, which must exist. */
    static Path configFile(Path file) {
        rejectEmpty("--config", file);
        if (!exists(file)) {
            throw new Failure(ExitStatus.CONFIGURATION, "--config: no such file: " + file);
        }
        return file;
    }

    private static Path directory(Path directory) {
        rejectEmpty("--plugins-dir", directory);
        if (!exists(directory) || !Files.isDirectory(directory)) {
            throw new Failure(ExitStatus.CONFIGURATION, "--plugins-dir: no such directory: " + directory);
        }
        return directory;
    }

    /**
     * Returns whether the file exists.
     *
     * @throws Failure if that cannot be determined, with the reason; {@link Files#exists} would return false
     */
    private static boolean exists(Path file) {
        try {
            Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (AccessDeniedException e) {
            throw new Failure(ExitStatus.CONFIGURATION, file.toAbsolutePath() + ": permission denied: give the user '"
                    + System.getProperty("user.name") + "' search permission on its directories", e);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getMessage() : e.getReason();
            throw new Failure(ExitStatus.CONFIGURATION, file.toAbsolutePath() + ": cannot be read: " + reason, e);
        } catch (IOException e) {
            throw new Failure(ExitStatus.CONFIGURATION, file.toAbsolutePath() + ": cannot be read: " + e.getMessage(),
                    e);
        }
    }

    /** Rejects an empty path, usually an unset shell variable. Java would use the working directory. */
    private static void rejectEmpty(String option, Path value) {
        if (value.toString().isEmpty()) {
            throw new Failure(ExitStatus.USAGE, option + ": expected a path, found nothing: remove the option, or set "
                    + "the shell variable that it uses");
        }
    }
}
