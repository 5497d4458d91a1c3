package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.cli.client.Screen;
import io.apexproxy.runtime.cli.process.ProcessExit;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command lines that {@link StartArguments} does not read: other commands, help and mistakes. Uses picocli. */
final class ParsedCommands {

    private static final String TAKEOVER = "--takeover";

    private final Commands commands;
    private final PrintStream out;
    private final Console console;
    private final Console errors;
    private final Locations locations;

    ParsedCommands(Commands commands, PrintStream out, Console console, Console errors, Locations locations) {
        this.commands = commands;
        this.out = out;
        this.console = console;
        this.errors = errors;
        this.locations = locations;
    }

    ExitStatus run(String... arguments) {
        try {
            return run(parse(arguments));
        } catch (ParameterException e) {
            errors.line(UsageHint.text(e));
            errors.line("See: apex --help");
            return ExitStatus.USAGE;
        }
    }

    static ParseResult parse(String... arguments) {
        return new CommandLine(CommandSpecs.apex()).setExpandAtFiles(false)
                .setAllowSubcommandsAsOptionParameters(true) // for a directory with the name "plugins"
                .parseArgs(arguments);
    }

    private ExitStatus run(ParseResult apex) {
        ParseResult command = command(apex);
        if (command.isUsageHelpRequested() || apex.isUsageHelpRequested()) {
            command.commandSpec().commandLine().usage(out);
            return ExitStatus.OK;
        }
        if (command.isVersionHelpRequested() || apex.isVersionHelpRequested()) {
            boolean verbose = isSet(apex, command, "--verbose");
            Version.text(locations, verbose).lines().forEach(console::line);
            return ExitStatus.OK;
        }
        rejectForeignOptions(apex, command.commandSpec());
        String name = command.commandSpec().name();
        if (ClientCommands.includes(name)) {
            return runClient(apex, command);
        }
        if (name.equals("convert")) {
            return commands.convert(command.matchedPositionalValue(0, (Path) null));
        }
        return commands.run(name, arguments(apex));
    }

    /** Returns the options of a command that does not talk to a running process. */
    static Arguments arguments(ParseResult apex) {
        ParseResult command = command(apex);
        return new Arguments(
                value(apex, command, "--config"),
                value(apex, command, "--plugins-dir"),
                text(apex, command, Arguments.LISTEN),
                backends(apex, command),
                isSet(apex, command, "--demo"),
                text(apex, command, TAKEOVER),
                isSet(apex, command, "--verbose"));
    }

    private static ParseResult command(ParseResult apex) {
        return apex.hasSubcommand() ? apex.subcommand() : apex;
    }

    /** Runs a command that talks to a running process. */
    private ExitStatus runClient(ParseResult apex, ParseResult command) {
        System.setProperty(Commands.LOG_LEVEL, "ERROR"); // for the reading of a configuration
        boolean verbose = isSet(apex, command, "--verbose");
        ExitStatus status;
        try {
            status = new ClientCommands(console, errors, Screen.of(out), locations)
                    .run(command, value(apex, command, "--config"), verbose);
        } catch (ParameterException e) {
            throw e;
        } catch (Exception e) {
            status = commands.report(e, verbose);
        }
        ProcessExit.scheduleHalt(status.code());
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

    private static Optional<String> text(ParseResult apex, ParseResult command, String option) {
        return Optional.ofNullable(command.matchedOptionValue(option, apex.matchedOptionValue(option, (String) null)));
    }

    private static List<String> backends(ParseResult apex, ParseResult command) {
        return command.matchedOptionValue(Arguments.BACKEND,
                apex.matchedOptionValue(Arguments.BACKEND, List.<String>of()));
    }

    private static boolean isSet(ParseResult apex, ParseResult command, String option) {
        return command.hasMatchedOption(option) || apex.hasMatchedOption(option);
    }
}
