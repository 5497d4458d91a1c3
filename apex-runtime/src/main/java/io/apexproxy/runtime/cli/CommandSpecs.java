package io.apexproxy.runtime.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The commands and their options.
 *
 * <p>They are described to picocli by calls instead of annotations: it need not look into our classes, which saves time
 * at every start.
 */
final class CommandSpecs {

    private CommandSpecs() {
    }

    /** Returns the command without a name and all others below it. */
    static CommandSpec apex() {
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
                .addOption(OptionSpec.builder("-c", "--config").type(Path.class).paramLabel("FILE")
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
        command.addOption(OptionSpec.builder("-V", "--version").versionHelp(true)
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
                        + ", or on other ports where these are in use, inside the process, and without --config a "
                        + "configuration for them.").build();
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        Arrays.stream(ExitStatus.values()).forEach(status -> codes.put(" " + status.code(), status.meaning()));
        return codes;
    }
}
