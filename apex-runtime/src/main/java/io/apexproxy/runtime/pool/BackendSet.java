package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.health.HealthMonitor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The backends of one pool: those of the configuration and of the source with their states, and removed ones that still
 * serve.
 *
 * <p>Used on the control thread, except {@link #removed}.
 */
final class BackendSet {

    private final Pool pool;
    private final HealthMonitor monitor;
    private final Maintenance maintenance;
    private final Ejections ejections;
    private final FirstProbeWait firstProbes;
    private final RemovedBackends removed = new RemovedBackends();
    private final List<ConfiguredBackend> configured = new ArrayList<>();
    /** The backends that the source of the pool has found. */
    private List<BackendConfig> found = List.of();
    /** Whether the source has answered, or the wait for its first answer is over. */
    private boolean sourceSettled;
    /** Removed backends that stay in rotation until another one is healthy, so that a change refuses no connection. */
    private final Map<BackendKey, BackendState> leaving = new LinkedHashMap<>();

    BackendSet(Pool pool, HealthMonitor monitor, Maintenance maintenance, Ejections ejections,
            FirstProbeWait firstProbes) {
        this.pool = pool;
        this.monitor = monitor;
        this.maintenance = maintenance;
        this.ejections = ejections;
        this.firstProbes = firstProbes;
    }

    /** Sets the backends of the source. They take effect with the next {@link #apply}. */
    void setFound(List<BackendConfig> next) {
        found = next;
        sourceSettled = true;
    }

    /** Ends the wait for the first answer of the source. */
    void endSourceWait() {
        sourceSettled = true;
    }

    /** Returns whether the first answer of the source is missing and the wait for it is not over. */
    boolean awaitsSource() {
        return !sourceSettled && pool.config().backendsFrom().isPresent();
    }

    /** Applies the configuration of the pool and the backends of its source. */
    void apply() {
        PoolConfig config = pool.config();
        if (config.backendsFrom().isEmpty()) {
            found = List.of();
            sourceSettled = false;
        }
        apply(found.isEmpty() ? config.backends() : union(config));
    }

    /** Adds the backends of the source. Those of the configuration with the same name or address have precedence. */
    private List<BackendConfig> union(PoolConfig config) {
        Set<String> names = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        config.backends().forEach(backend -> {
            names.add(backend.name());
            addresses.add(backend.address().key());
        });
        return Stream.concat(config.backends().stream(), found.stream()
                .filter(backend -> !names.contains(backend.name()) && !addresses.contains(backend.address().key()))
                .map(config::overridden)).toList();
    }

    /** Backends with the same name and address keep their states. */
    private void apply(List<BackendConfig> next) {
        Map<BackendKey, ConfiguredBackend> previous = new LinkedHashMap<>();
        configured.forEach(backend -> previous.put(backend.key(), backend));
        List<ConfiguredBackend> added = new ArrayList<>();
        configured.clear();
        for (BackendConfig entry : next) {
            ConfiguredBackend backend = previous.remove(BackendKey.of(entry));
            if (backend == null) {
                backend = new ConfiguredBackend(pool, this, entry);
                added.add(backend);
            } else {
                backend.configure(entry);
            }
            configured.add(backend);
        }
        previous.values().forEach(ConfiguredBackend::remove);
        if (!added.isEmpty()) {
            firstProbes.begin();
        }
        added.forEach(ConfiguredBackend::start);
    }

    /**
     * Adds a state of a configured backend. If a state with the same name and address is leaving, it is kept with its
     * health and its counters, and returned. If one has left and still has connections, it is returned, too: they count
     * for its limit and for load balancers. Its health is unknown.
     */
    BackendState add(BackendConfig config, BackendState added) {
        pool.sessions().returned(earlier -> BackendKey.of(earlier).equals(BackendKey.of(added)));
        BackendState returning = leaving.remove(BackendKey.of(added));
        if (returning != null) {
            removed.remove(returning);
            configure(returning, config);
            return returning;
        }
        BackendState state = removed.take(BackendKey.of(added)).orElse(added);
        state.setVerdict(Verdict.unknown());
        state.configure(config, pool.config().probeHeader());
        if (!maintenance.begin(state)) {
            probe(state);
        }
        return state;
    }

    /** Changes the configuration of a state. */
    void configure(BackendState state, BackendConfig changed) {
        state.configure(changed, pool.config().probeHeader());
        if (maintenance.begin(state)) {
            ejections.remove(state);
        } else if (maintenance.end(state)) {
            probe(state);
        }
    }

    /** Starts the probes of a state; the rotation waits for the first result. */
    private void probe(BackendState state) {
        firstProbes.begin();
        monitor.add(state);
    }

    /** Removes a state of a configured backend at the next change of the rotation. */
    void remove(BackendState state) {
        maintenance.remove(state);
        ejections.remove(state);
        leaving.put(BackendKey.of(state), state);
        removed.add(state);
    }

    /** Returns the states of the configured backends, in the order of the configuration. */
    List<BackendState> states() {
        return configured.stream().flatMap(backend -> backend.states().stream()).toList();
    }

    /** Returns whether the source, the look-up of each name and the first probe of each backend has a result. */
    boolean hasAllResults() {
        return !awaitsSource() && configured.stream().allMatch(backend -> backend.hasLookUpResult()
                && backend.states().stream().allMatch(monitor::hasResult));
    }

    /** Ends the probes of removed states and the verdicts in maintenance, after they have left the rotation. */
    void endLeaving() {
        maintenance.endVerdicts();
        leaving.values().forEach(monitor::remove);
        leaving.values().forEach(removed::add);
        pool.sessions().removed(left());
        leaving.clear();
    }

    /** Returns the backends that leave now, and earlier states of them that still have connections. */
    private List<BackendState> left() {
        return removed.list().stream().filter(state -> leaving.containsKey(BackendKey.of(state))).toList();
    }

    /** Returns backends that were removed and still have connections. Any thread. */
    List<BackendState> removed() {
        return removed.list();
    }

    /** Removes all backends. */
    void close() {
        configured.forEach(ConfiguredBackend::remove);
        leaving.values().forEach(removed::add);
        pool.sessions().removed(left());
        maintenance.close();
        ejections.clear();
    }
}
