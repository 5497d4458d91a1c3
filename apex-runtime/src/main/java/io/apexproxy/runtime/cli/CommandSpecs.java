package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.cli.client.ClientSpecs;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The commands and their options.
 *
 * <p>Method calls describe them to picocli. Annotations would require reflection, which takes time at every start.
 */
final class CommandSpecs {

    private CommandSpecs() {
    }

    /** Returns the top-level command with its subcommands. */
    static CommandSpec apex() {
        CommandSpec apex = command("apex", "A TCP reverse proxy whose load balancing, health checks and configuration "
                + "sources are plugins. The default command is run.").addOption(listen())
                .addOption(backend()).addOption(demo()).addOption(takeover());
        apex.addSubcommand("run", command("run", "Runs the proxy until SIGTERM or SIGINT; SIGHUP reads the "
                + "configuration again.").addOption(listen()).addOption(backend()).addOption(demo())
                .addOption(takeover()));
        apex.addSubcommand("check", command("check", "Validates the configuration and prints every mistake. Opens no "
                + "listener."));
        apex.addSubcommand("plugins", command("plugins", "Lists the available plugins, and those that did not load, "
                + "each with the reason."));
        apex.addSubcommand("convert", plain("convert", "Prints the configuration of HAProxy or nginx as one of Apex, "
                + "with comments for what has no counterpart. Review it, then use check.")
                .addPositional(PositionalParamSpec.builder().index("0").type(Path.class).required(true)
                        .paramLabel("FILE").description("Such as haproxy.cfg or nginx.conf, at most 1 MiB.").build()));
        ClientSpecs.addTo(apex, CommandSpecs::withHelp);
        apex.addSubcommand("archive", plain("archive", "Writes an archive of loaded classes for this Java to lib, so "
                + "that later starts are faster and use less memory. Repeat it after an upgrade of Apex or Java.")
                .addOption(OptionSpec.builder("--if-needed")
                        .description("Do nothing if there is an archive for this Java and this Apex.")
                        .build()));
        apex.usageMessage()
                .synopsisSubcommandLabel(
                        "[run | check | convert | status | set | top | reload | log | close | plugins | archive]")
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(exitCodes());
        return apex;
    }

    private static CommandSpec command(String name, String description) {
        return withHelp(CommandSpec.create().name(name)
                .addOption(OptionSpec.builder("-c", "--config").type(Path.class).paramLabel("FILE")
                        .description("The configuration file. Default: ./config.toml, else conf/config.toml of the "
                                + "distribution.")
                        .build())
                .addOption(OptionSpec.builder("--plugins-dir").type(Path.class).paramLabel("DIR")
                        .description("The directory of your plugins. Default: plugins/ of the distribution.").build())
                .addOption(OptionSpec.builder("--verbose")
                        .description("Log at DEBUG and print stack traces.").build()),
                description);
    }

    private static CommandSpec plain(String name, String description) {
        return withHelp(CommandSpec.create().name(name), description);
    }

    private static CommandSpec withHelp(CommandSpec command, String description) {
        command.addOption(OptionSpec.builder("-V", "--version").versionHelp(true)
                .description("Print the version and exit; with --verbose, also the engine.").build())
                .addOption(OptionSpec.builder("-h", "--help").usageHelp(true)
                        .description("Print this help and exit.").build());
        command.usageMessage()
                .description(description)
                .descriptionHeading("%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n")
                .sortOptions(false)
                .abbreviateSynopsis(false);
        return command;
    }

    private static OptionSpec listen() {
        return OptionSpec.builder(Arguments.LISTEN).type(String.class).paramLabel("ADDRESS")
                .description("With --backend: the address of the listener; :8081 is port 8081 on all addresses. "
                        + "Default: 127.0.0.1:8081.")
                .build();
    }

    private static OptionSpec backend() {
        return OptionSpec.builder(Arguments.BACKEND).type(List.class).auxiliaryTypes(String.class)
                .paramLabel("HOST:PORT")
                .description("Run without a configuration file, with this backend. Repeat it for more backends.")
                .build();
    }

    private static OptionSpec demo() {
        return OptionSpec.builder("--demo")
                .description("Start two HTTP backends inside the process, on " + String.join(" and ", Demo.ADDRESSES)
                        + " or on free ports if these are in use. Without --config, also write a configuration for "
                        + "them.")
                .build();
    }

    private static OptionSpec takeover() {
        return OptionSpec.builder("--takeover").type(String.class).paramLabel("PID|auto")
                .description("Take over a running process without a refused connection: start beside it, and let it "
                        + "drain and end when this process is ready. auto: the process with the same configuration, if "
                        + "there is one.")
                .build();
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        Arrays.stream(ExitStatus.values()).filter(status -> !status.meaning().isEmpty())
                .forEach(status -> codes.put(" " + status.code(), status.meaning()));
        return codes;
    }
}
