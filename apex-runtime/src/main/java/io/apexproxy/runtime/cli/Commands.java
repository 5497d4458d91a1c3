package io.apexproxy.runtime.cli;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.log.LastResort;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Finds out which command is meant, runs it, and tells the user what went wrong.
 *
 * <p>The commands are described to picocli by calls instead of annotations: it need not look into our classes, which
 * saves time at every start.
 */
final class Commands {

    /** Read by conf/logback.xml, when the first logger is made. */
    private static final String LOG_LEVEL = "apex.log.level";

    private final PrintStream out;
    private final PrintStream err;
    private final Locations locations;

    Commands(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.locations = Locations.ofThisProcess();
    }

    /**
     * Runs the command that the arguments name.
     *
     * @return the exit status of the process
     */
    int run(String... arguments) {
        CommandLine commandLine = new CommandLine(apex()).setExpandAtFiles(false);
        ExitStatus status;
        try {
            status = run(commandLine.parseArgs(arguments));
        } catch (ParameterException e) {
            err.println(e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, new PrintWriter(err, true));
            err.println("See: apex --help");
            status = ExitStatus.USAGE;
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
            out.println(Version.text(locations));
            return ExitStatus.OK;
        }
        refuseOptionsOfOthers(apex, command.commandSpec());
        Arguments arguments = new Arguments(
                value(apex, command, "--config"),
                value(apex, command, "--plugins-dir"),
                given(apex, command, "--demo"),
                given(apex, command, "--verbose"));
        String name = command.commandSpec().name();
        if (arguments.verbose()) {
            System.setProperty(LOG_LEVEL, "DEBUG");
        } else if (name.equals("plugins")) {
            System.setProperty(LOG_LEVEL, "ERROR"); // the table says what warnings would
        } else if (name.equals("check")) {
            System.setProperty(LOG_LEVEL, "WARN");
        }
        LastResort.takeIfNeeded(System.getProperty(LOG_LEVEL, "INFO"));
        try {
            switch (name) {
                case "check" -> new CheckCommand(out, locations).run(arguments);
                case "plugins" -> new PluginsCommand(out, locations).run(arguments);
                case "archive" -> ArchiveCommand.run();
                default -> new RunCommand(out, locations).run(arguments);
            }
            return ExitStatus.OK;
        } catch (Exception e) {
            return report(e, arguments.verbose());
        }
    }

    private ExitStatus report(Exception failure, boolean verbose) {
        ExitStatus status = ExitStatus.FAILED;
        if (failure instanceof ConfigException config) {
            config.problems().forEach(err::println);
            status = ExitStatus.CONFIGURATION;
        } else if (failure instanceof Failure explained) {
            err.println(explained.getMessage());
            status = explained.status();
        } else {
            err.println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
        }
        if (verbose) {
            failure.printStackTrace(err);
        }
        return status;
    }

    /** Options may stand before a command, too; one that it would pass over was meant for another, or for nothing. */
    private static void refuseOptionsOfOthers(ParseResult apex, CommandSpec command) {
        for (OptionSpec option : apex.matchedOptions()) {
            if (command.findOption(option.longestName()) == null) {
                throw new ParameterException(command.commandLine(),
                        "'" + option.longestName() + "' is no option of '" + command.name() + "': leave it out");
            }
        }
    }

    private static Optional<Path> value(ParseResult apex, ParseResult command, String option) {
        return Optional.ofNullable(command.matchedOptionValue(option, apex.matchedOptionValue(option, (Path) null)));
    }

    private static boolean given(ParseResult apex, ParseResult command, String option) {
        return command.hasMatchedOption(option) || apex.hasMatchedOption(option);
    }

    private static CommandSpec apex() {
        CommandSpec apex = command("apex", "A TCP reverse proxy whose load balancing, health checks and configuration "
                + "sources are plugins. Without a command: run.").addOption(demo());
        apex.addSubcommand("run", command("run", "Runs the proxy until SIGTERM or SIGINT; SIGHUP reads the "
                + "configuration again.").addOption(demo()));
        apex.addSubcommand("check", command("check", "Reads the configuration and all that it names, tells every "
                + "mistake, and opens nothing."));
        apex.addSubcommand("plugins", command("plugins", "Lists the plugins that are there, and those that cannot be "
                + "used with the reason."));
        apex.addSubcommand("archive", plain("archive", "Has the JVM keep the classes that a start needs in "
                + "lib/apex.jsa, with which later starts are faster and smaller. To be repeated after an upgrade of "
                + "Apex or Java."));
        apex.usageMessage()
                .synopsisSubcommandLabel("[run | check | plugins | archive]")
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(exitCodes());
        return apex;
    }

    private static CommandSpec command(String name, String description) {
        return withHelp(CommandSpec.create().name(name)
                .addOption(OptionSpec.builder("--config").type(Path.class).paramLabel("FILE")
                        .description("The configuration. Default: ./config.toml, else conf/config.toml of the "
                                + "distribution.").build())
                .addOption(OptionSpec.builder("--plugins-dir").type(Path.class).paramLabel("DIR")
                        .description("Where your plugins are. Default: plugins/ of the distribution.").build())
                .addOption(OptionSpec.builder("--verbose")
                        .description("Log at DEBUG, show stack traces.").build()), description);
    }

    private static CommandSpec plain(String name, String description) {
        return withHelp(CommandSpec.create().name(name), description);
    }

    private static CommandSpec withHelp(CommandSpec command, String description) {
        command.addOption(OptionSpec.builder("--version").versionHelp(true)
                        .description("Print the version and exit.").build())
                .addOption(OptionSpec.builder("-h", "--help").usageHelp(true)
                        .description("Print this and exit.").build());
        command.usageMessage()
                .description(description)
                .descriptionHeading("%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n")
                .sortOptions(false)
                .abbreviateSynopsis(false);
        return command;
    }

    private static OptionSpec demo() {
        return OptionSpec.builder("--demo")
                .description("Start two small HTTP backends on " + String.join(" and ", Demo.ADDRESSES)
                        + " inside the process, and without --config a configuration for them.").build();
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        Arrays.stream(ExitStatus.values()).forEach(status -> codes.put(" " + status.code(), status.meaning()));
        return codes;
    }
}
