package io.apexproxy.runtime.cli;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a command.
 *
 * @param config the file of {@code --config}
 * @param pluginsDirectory the directory of {@code --plugins-dir}
 * @param listen the address of {@code --listen}
 * @param backends the addresses of {@code --backend}
 * @param demo whether to start demo backends
 * @param takeover the process of {@code --takeover}
 * @param verbose whether to log at DEBUG and to print stack traces
 */
record Arguments(Optional<Path> config, Optional<Path> pluginsDirectory, Optional<String> listen, List<String> backends,
        boolean demo, Optional<String> takeover, boolean verbose) {

    static final String LISTEN = "--listen";
    static final String BACKEND = "--backend";

    static final Arguments NONE = new Arguments(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), false,
            Optional.empty(), false);

    private static final String ALL_ADDRESSES = "0.0.0.0";

    Arguments with(Path file) {
        return new Arguments(Optional.of(file), pluginsDirectory, listen, backends, demo, takeover, verbose);
    }

    /** Returns the configuration that the options are; empty if a file contains it. */
    Optional<ConfigTree.Table> tree() {
        if (listen.isEmpty() && backends.isEmpty()) {
            return Optional.empty();
        }
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        listen.ifPresent(address -> members.put("listen_addr", member(LISTEN, scalar(LISTEN,
                address.startsWith(":") ? ALL_ADDRESSES + address : address))));
        members.put("backend_addrs", member(BACKEND, new ConfigTree.Array(
                backends.stream().<ConfigTree>map(address -> scalar(BACKEND, address)).toList(), Origin.of(BACKEND))));
        return Optional.of(new ConfigTree.Table(members, Origin.of("command line")));
    }

    private static ConfigTree scalar(String option, String value) {
        return new ConfigTree.Scalar(value, Origin.of(option));
    }

    private static ConfigTree.Member member(String option, ConfigTree value) {
        return new ConfigTree.Member(Origin.of(option), value);
    }

    /** Rejects options of which one would be ignored. */
    void rejectConflicts() {
        if (listen.isEmpty() && backends.isEmpty()) {
            return;
        }
        String given = backends.isEmpty() ? LISTEN : BACKEND;
        Map<String, Boolean> others = Map.of("--config", config.isPresent(), "--demo", demo, "--takeover",
                takeover.isPresent());
        others.keySet().stream().filter(others::get).sorted().findFirst().ifPresent(other -> {
            throw new Failure(ExitStatus.USAGE, given + " cannot be combined with " + other
                    + ": remove one of the two");
        });
        if (backends.isEmpty()) {
            throw new Failure(ExitStatus.USAGE, LISTEN + " needs a backend: add --backend HOST:PORT");
        }
    }
}
