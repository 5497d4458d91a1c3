package io.apexproxy.runtime.cli;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.cli.convert.Conversion;
import io.apexproxy.runtime.cli.process.ProcessExit;
import io.apexproxy.runtime.cli.process.ReloadRequests;
import io.apexproxy.runtime.log.FallbackLogging;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs the command that the arguments name, and prints errors. */
final class Commands {

    /** Read by conf/logback.xml when the first logger is created. */
    static final String LOG_LEVEL = "apex.log.level";

    /** Not read by picocli: a class that has been linked to it cannot be part of an ahead-of-time cache. */
    private static final List<String> ARCHIVE = List.of("archive");

    private final PrintStream out;
    private final Console console;
    private final Console errors;
    private final ReloadRequests reloads;
    private final Locations locations;

    Commands(PrintStream out, PrintStream err, ReloadRequests reloads) {
        this.out = out;
        this.console = new Console(out);
        this.errors = new Console(err);
        this.reloads = reloads;
        this.locations = Locations.ofThisProcess();
    }

    /** Runs the command that the arguments name; returns the exit status of the process. */
    int run(String... arguments) {
        ExitStatus status;
        try {
            Optional<Arguments> start = StartArguments.read(arguments);
            if (start.isPresent()) {
                status = run("run", start.get());
            } else if (List.of(arguments).equals(ARCHIVE)) {
                status = run("archive", Arguments.NONE);
            } else {
                status = new ParsedCommands(this, out, console, errors, locations).run(arguments);
            }
        } catch (OutOfMemoryError e) { // thread creation failed: on heap exhaustion, the JVM of bin/apex exits at once
            errors.line("apex: " + e.getMessage() + "; raise the limit of threads (ulimit -u, TasksMax of systemd,"
                    + " --pids-limit of a container)");
            status = ExitStatus.FAILED;
        }
        return status.code();
    }

    /** Runs a command that does not talk to a running process. */
    ExitStatus run(String name, Arguments arguments) {
        if (arguments.verbose()) {
            System.setProperty(LOG_LEVEL, "DEBUG");
        } else if (name.equals("plugins")) {
            System.setProperty(LOG_LEVEL, "ERROR"); // the table contains the text of the warnings
        } else if (name.equals("check")) {
            System.setProperty(LOG_LEVEL, "WARN");
        }
        FallbackLogging.installIfNeeded(System.getProperty(LOG_LEVEL, "INFO"));
        ExitStatus status = execute(name, arguments);
        if (!name.equals("archive")) { // the JVM writes the archive at exit, which takes more than a second
            ProcessExit.scheduleHalt(status.code());
        }
        return status;
    }

    private ExitStatus execute(String name, Arguments arguments) {
        try {
            switch (name) {
                case "check" -> new CheckCommand(console, locations).run(arguments);
                case "plugins" -> new PluginsCommand(console, locations).run(arguments);
                case "archive" -> new ArchiveCommand(console, locations, reloads).run();
                default -> new RunCommand(console, locations, reloads).run(arguments);
            }
            return ExitStatus.OK;
        } catch (Exception e) {
            return report(e, arguments.verbose());
        }
    }

    /** Prints the configuration of another proxy as one of Apex; prints nothing else on standard output. */
    ExitStatus convert(Path file) {
        try {
            out.print(Conversion.of(file));
            return ExitStatus.OK;
        } catch (NoSuchFileException e) {
            return report(new Failure(ExitStatus.CONFIGURATION, file + ": no such file", e), false);
        } catch (IOException e) {
            return report(new Failure(ExitStatus.CONFIGURATION, file + ": cannot be read: " + e.getMessage(), e),
                    false);
        } catch (ConfigException e) {
            return report(e, false);
        }
    }

    /** Prints the reason of a failure; returns the exit status. */
    ExitStatus report(Exception failure, boolean verbose) {
        ExitStatus status = ExitStatus.FAILED;
        if (failure instanceof ConfigException config) {
            config.problems().forEach(problem -> errors.line(problem.toString()));
            status = ExitStatus.CONFIGURATION;
        } else if (failure instanceof Failure explained) {
            explained.lines().forEach(errors::line);
            status = explained.status();
        } else {
            errors.line(failure.getMessage() == null ? failure.toString() : failure.getMessage());
        }
        if (verbose) {
            errors.stackTrace(failure);
        }
        return status;
    }
}
