package io.apexproxy.dist.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An installed program.
 *
 * @param command the command that starts it
 */
public record Program(List<String> command) {

    /** Far more than any program in these tests takes, also on a busy machine. */
    private static final long PATIENCE_SECONDS = 60;
    private static final String UNPRIVILEGED_USER = "nobody";
    private static final String UNPRIVILEGED_GROUP = "65534";

    /**
     * The end of a program.
     *
     * @param status the exit status
     * @param output all that it printed
     */
    public record Result(int status, String output) {
    }

    /** Finds the program on the PATH or in the Debian directories outside it; skips the test if it is missing. */
    public static Program named(String name, String debianPackage) {
        Optional<Path> found = directories().map(directory -> directory.resolve(name))
                .filter(Files::isExecutable).findFirst();
        assumeThat(found).as("%s is on this machine (Debian: apt-get install %s)", name, debianPackage).isPresent();
        return new Program(List.of(found.orElseThrow().toString()));
    }

    private static Stream<Path> directories() {
        return Stream.of(Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of),
                Stream.of(Path.of("/usr/sbin")), postgresql()).flatMap(each -> each);
    }

    /** Returns the directories of PostgreSQL, the newest version first. */
    private static Stream<Path> postgresql() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Stream.empty();
        }
        try (Stream<Path> each = Files.list(versions)) {
            return each.sorted(Comparator.reverseOrder()).map(version -> version.resolve("bin")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a command without privileges, for servers that refuse to run as root; changes the directory's owner. */
    public Program withoutPrivileges(Path directory) {
        try {
            if (!System.getProperty("user.name").equals("root")) {
                return this; // already without privileges
            }
            Files.setOwner(directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED_USER));
            return new Program(Stream.of(named("setpriv", "util-linux").command, List.of("--reuid=" + UNPRIVILEGED_USER,
                    "--regid=" + UNPRIVILEGED_GROUP, "--clear-groups"), command).flatMap(List::stream).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the program, requires exit status 0, and returns its output. */
    public String run(Path directory, String... arguments) {
        return run(directory, ProcessBuilder.Redirect.PIPE, arguments);
    }

    public String run(Path directory, ProcessBuilder.Redirect input, String... arguments) {
        Result result = tryToRun(directory, input, arguments);
        assertThat(result.status()).as("%s printed %s", Stream.concat(command.stream(), Stream.of(arguments)).toList(),
                result.output()).isZero();
        return result.output();
    }

    /** Runs the program to its end; it can fail. */
    public Result tryToRun(Path directory, ProcessBuilder.Redirect input, String... arguments) {
        try {
            Path output = Files.createTempFile("program", ".log");
            try {
                ProcessBuilder builder = builder(directory, output, arguments).redirectInput(input);
                Process process = builder.start();
                boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                process.destroyForcibly().onExit().join();
                String printed = new String(Files.readAllBytes(output), StandardCharsets.UTF_8); // can be binary
                assertThat(ended).as("%s ended; it printed %s", builder.command(), printed).isTrue();
                return new Result(process.exitValue(), printed.strip());
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts the program; its output is written to a file. */
    public Process start(Path directory, Path log, String... arguments) {
        try {
            return builder(directory, log, arguments).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a process by SIGTERM, and by SIGKILL if it has not ended in time. */
    public static void end(Process process) {
        try {
            process.destroy(); // not SIGINT, which processes ignore if a shell has started the tests in the background
            process.waitFor(ApexProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private ProcessBuilder builder(Path directory, Path output, String... arguments) {
        var builder = new ProcessBuilder(Stream.concat(command.stream(), Stream.of(arguments)).toList())
                .directory(directory.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        // settings of the user for other databases and mirrors must not apply
        builder.environment().keySet()
                .removeIf(name -> name.startsWith("PG") || name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }
}
