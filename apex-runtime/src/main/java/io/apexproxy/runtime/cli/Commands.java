package io.apexproxy.runtime.cli;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.cli.client.Screen;
import io.apexproxy.runtime.log.FallbackLogging;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line: parses the arguments, runs a command and prints errors. */
final class Commands {

    /** Read by conf/logback.xml when the first logger is created. */
    private static final String LOG_LEVEL = "apex.log.level";
    private static final String TAKEOVER = "--takeover";

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
        CommandLine commandLine = new CommandLine(CommandSpecs.apex()).setExpandAtFiles(false)
                .setAllowSubcommandsAsOptionParameters(true); // for a directory with the name "plugins"
        ExitStatus status;
        try {
            status = run(commandLine.parseArgs(arguments));
        } catch (ParameterException e) {
            errors.line(UsageHint.text(e));
            errors.line("See: apex --help");
            status = ExitStatus.USAGE;
        } catch (OutOfMemoryError e) { // thread creation failed: on heap exhaustion, the JVM of bin/apex exits at once
            errors.line("apex: " + e.getMessage() + "; raise the limit of threads (ulimit -u, TasksMax of systemd,"
                    + " --pids-limit of a container)");
            status = ExitStatus.FAILED;
        }
        return status.code();
    }

    private ExitStatus run(ParseResult apex) {
        ParseResult command = apex.hasSubcommand() ? apex.subcommand() : apex;
        if (command.isUsageHelpRequested() || apex.isUsageHelpRequested()) {
            command.commandSpec().commandLine().usage(out);
            return ExitStatus.OK;
        }
        if (command.isVersionHelpRequested() || apex.isVersionHelpRequested()) {
            console.line(Version.text(locations));
            return ExitStatus.OK;
        }
        rejectForeignOptions(apex, command.commandSpec());
        if (ClientCommands.includes(command.commandSpec().name())) {
            return runClient(apex, command);
        }
        Arguments arguments = new Arguments(
                value(apex, command, "--config"),
                value(apex, command, "--plugins-dir"),
                isSet(apex, command, "--demo"),
                Optional.ofNullable(command.matchedOptionValue(TAKEOVER,
                        apex.matchedOptionValue(TAKEOVER, (String) null))),
                isSet(apex, command, "--verbose"));
        String name = command.commandSpec().name();
        if (arguments.verbose()) {
            System.setProperty(LOG_LEVEL, "DEBUG");
        } else if (name.equals("plugins")) {
            System.setProperty(LOG_LEVEL, "ERROR"); // the table contains the text of the warnings
        } else if (name.equals("check")) {
            System.setProperty(LOG_LEVEL, "WARN");
        }
        FallbackLogging.installIfNeeded(System.getProperty(LOG_LEVEL, "INFO"));
        ExitStatus status = run(name, arguments);
        if (!name.equals("archive")) { // the JVM writes the archive at exit, which takes more than a second
            ProcessExit.scheduleHalt(status.code());
        }
        return status;
    }

    /** Runs a command that talks to a running process. */
    private ExitStatus runClient(ParseResult apex, ParseResult command) {
        System.setProperty(LOG_LEVEL, "ERROR"); // for the reading of a configuration
        boolean verbose = isSet(apex, command, "--verbose");
        ExitStatus status;
        try {
            status = new ClientCommands(console, errors, Screen.of(out), locations)
                    .run(command, value(apex, command, "--config"), verbose);
        } catch (ParameterException e) {
            throw e;
        } catch (Exception e) {
            status = report(e, verbose);
        }
        ProcessExit.scheduleHalt(status.code());
        return status;
    }

    private ExitStatus run(String name, Arguments arguments) {
        try {
            switch (name) {
                case "check" -> new CheckCommand(console, locations).run(arguments);
                case "plugins" -> new PluginsCommand(console, locations).run(arguments);
                case "archive" -> ArchiveCommand.run();
                default -> new RunCommand(console, locations, reloads).run(arguments);
            }
            return ExitStatus.OK;
        } catch (Exception e) {
            return report(e, arguments.verbose());
        }
    }

    private ExitStatus report(Exception failure, boolean verbose) {
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

    /** Rejects options before the command that the command does not have: it would ignore them. */
    private static void rejectForeignOptions(ParseResult apex, CommandSpec command) {
        for (OptionSpec option : apex.matchedOptions()) {
            if (command.findOption(option.longestName()) == null) {
                throw new ParameterException(command.commandLine(),
                        "'" + option.longestName() + "' is not an option of '" + command.name() + "': remove it");
            }
        }
    }

    private static Optional<Path> value(ParseResult apex, ParseResult command, String option) {
        return Optional.ofNullable(command.matchedOptionValue(option, apex.matchedOptionValue(option, (Path) null)));
    }

    private static boolean isSet(ParseResult apex, ParseResult command, String option) {
        return command.hasMatchedOption(option) || apex.hasMatchedOption(option);
    }
}
