package io.apexproxy.runtime.cli.client;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The commands that talk to a running process, with their options. */
public final class ClientSpecs {

    /** The command {@code apex status}. */
    public static final String STATUS = "status";
    /** The command {@code apex reload}. */
    public static final String RELOAD = "reload";
    /** The command {@code apex log}. */
    public static final String LOG = "log";
    /** The command {@code apex top}. */
    public static final String TOP = "top";
    /** The command {@code apex close}. */
    public static final String CLOSE = "close";
    /** The command {@code apex set}. */
    public static final String SET = "set";
    /** Prints all overrides. */
    public static final String LIST = "--list";
    /** Removes an override. */
    public static final String CLEAR = "--clear";
    /** The path of the control socket. */
    public static final String CONTROL = "--control";
    private static final String CONFIG = "--config";
    /** Prints JSON. */
    public static final String JSON = "--json";
    /** Prints repeatedly. */
    public static final String WATCH = "--watch";
    /** The order. */
    public static final String SORT = "--sort";
    /** The largest number of connections. */
    public static final String LIMIT = "--limit";
    /** The backend. */
    public static final String BACKEND = "--backend";

    private ClientSpecs() {
    }

    /**
     * Adds the commands to the top-level command.
     *
     * @param apex the top-level command
     * @param withHelp adds the options that all commands have, and a description
     */
    public static void addTo(CommandSpec apex, BiFunction<CommandSpec, String, CommandSpec> withHelp) {
        apex.addSubcommand(STATUS,
                withStatuses(client(withHelp, STATUS, "Prints the state of the running proxy: "
                        + "listeners, pools, backends and the last reload. Without a control socket it asks the "
                        + "admin endpoint of the configuration.")
                        .addOption(flag(JSON, "Print the status as JSON."))
                        .addOption(flag(WATCH, "Print the status every second, until a signal."))
                        .addOption(value(SORT, "KEY", "The order of the backends: "
                                + String.join(", ", StatusText.orderNames()) + ". Default: config."))));
        addSet(apex, withHelp);
        apex.addSubcommand(RELOAD,
                client(withHelp, RELOAD, "Reads the configuration again, applies the differences and prints "
                        + "the result. After a mistake the previous configuration stays in force."));
        apex.addSubcommand(LOG, client(withHelp, LOG, "Changes the level of a logger until the next start.")
                .addPositional(parameter(0, "LOGGER", "The logger, such as apex.relay or ROOT."))
                .addPositional(parameter(1, "LEVEL", "TRACE, DEBUG, INFO, WARN, ERROR, OFF, or default for the level "
                        + "of conf/logback.xml.")));
        apex.addSubcommand(TOP, client(withHelp, TOP, "Lists open connections, the oldest first.")
                .addOption(value(SORT, "KEY", "The order: age, bytes or rate. Default: age."))
                .addOption(value(LIMIT, "COUNT", "The number of connections, at most 1000. Default: 20."))
                .addOption(value("--listener", "NAME", "Only connections of this listener."))
                .addOption(value("--pool", "NAME", "Only connections of this pool."))
                .addOption(value(BACKEND, "NAME", "Only connections of this backend: BACKEND or POOL/BACKEND."))
                .addOption(value("--client", "ADDRESS", "Only clients of this address or network."))
                .addOption(flag(JSON, "Print the list as JSON."))
                .addOption(flag(WATCH, "Print the list every second, until a signal.")));
        apex.addSubcommand(CLOSE, client(withHelp, CLOSE, "Closes connections; the access log has the cause "
                + "closed-by-operator.")
                .addPositional(PositionalParamSpec.builder().index("0").arity("0..1").type(String.class)
                        .paramLabel("CONNECTION").description("The connection, from the list of apex top.").build())
                .addOption(value(BACKEND, "POOL/BACKEND", "All connections of this backend.")));
    }

    private static void addSet(CommandSpec apex, BiFunction<CommandSpec, String, CommandSpec> withHelp) {
        apex.addSubcommand(SET, client(withHelp, SET, "Changes the state or the weight of a backend: edits the file of "
                + "overrides of the configuration, and waits until the running process has applied it.")
                .addPositional(PositionalParamSpec.builder().index("0").arity("0..1").type(String.class)
                        .paramLabel("POOL/BACKEND").description("The backend, as apex status names it.").build())
                .addPositional(PositionalParamSpec.builder().index("1").arity("0..1").type(String.class)
                        .paramLabel("VALUE").description("maintenance, active, or weight=N with N from 0 to 256.")
                        .build())
                .addOption(flag(CLEAR, "Remove the override of the backend: the configuration applies again."))
                .addOption(flag(LIST, "Print all overrides.")));
    }

    private static CommandSpec client(BiFunction<CommandSpec, String, CommandSpec> withHelp, String name,
            String description) {
        return withHelp.apply(CommandSpec.create().name(name)
                .addOption(OptionSpec.builder(CONTROL).type(Path.class).paramLabel("PATH")
                        .description("The control socket of the process. Default: that of --config, else that of the "
                                + "only process of this user.")
                        .build())
                .addOption(OptionSpec.builder("-c", CONFIG).type(Path.class).paramLabel("FILE")
                        .description("The configuration file of the process, for its control_socket.").build())
                .addOption(flag("--verbose", "Print stack traces.")), description);
    }

    private static CommandSpec withStatuses(CommandSpec command) {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(" 0", "each pool has a backend that takes connections");
        codes.put(" 1", "a pool has no such backend");
        codes.put(" 2", "the process cannot be reached, or invalid command line");
        command.usageMessage().exitCodeListHeading("%nExit status:%n").exitCodeList(codes);
        return command;
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name).description(description).build();
    }

    private static OptionSpec value(String name, String label, String description) {
        return OptionSpec.builder(name).type(String.class).paramLabel(label).description(description).build();
    }

    private static PositionalParamSpec parameter(int index, String label, String description) {
        return PositionalParamSpec.builder().index(Integer.toString(index)).required(true).type(String.class)
                .paramLabel(label).description(description).build();
    }
}
