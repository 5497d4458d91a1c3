package io.apexproxy.runtime.tls.files;

import io.apexproxy.runtime.tls.ClientTls;
import io.apexproxy.runtime.tls.ServerTls;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The TLS of the listeners and pools of a configuration, with the content of all files. Immutable; any thread. */
public final class PreparedTls {

    static final PreparedTls NONE = new PreparedTls(Map.of(), Map.of(), List.of(), List.of());

    private final Map<String, WatchedListener> listeners;
    private final Map<String, WatchedPool> pools;
    private final List<FileUse> uses;
    private final List<String> warnings;

    PreparedTls(Map<String, WatchedListener> listeners, Map<String, WatchedPool> pools, List<FileUse> uses,
            List<String> warnings) {
        this.listeners = Map.copyOf(listeners);
        this.pools = Map.copyOf(pools);
        this.uses = List.copyOf(uses);
        this.warnings = List.copyOf(warnings);
    }

    /** Returns the TLS of a listener; empty if it has none. */
    public Optional<ServerTls> listener(String name) {
        return Optional.ofNullable(listeners.get(name));
    }

    /** Returns the TLS of a pool; empty if it has none. */
    public Optional<ClientTls> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    /** Returns warnings about what this configuration adds, one line each. */
    public List<String> warnings() {
        return warnings;
    }

    Map<String, WatchedListener> listeners() {
        return listeners;
    }

    Map<String, WatchedPool> pools() {
        return pools;
    }

    /** Returns the uses of files, in the order of the configuration. */
    List<FileUse> uses() {
        return uses;
    }
}
