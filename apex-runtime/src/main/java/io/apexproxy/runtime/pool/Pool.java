package io.apexproxy.runtime.pool;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.BackendTls;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.health.HealthMonitor;
import io.apexproxy.runtime.tls.ClientTls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A named set of backends that share a load balancer and a health check.
 *
 * <p>{@link #apply} and {@link #close} are called on the control thread. Other public methods may be called from any
 * thread, except where stated.
 */
public final class Pool {

    private final String name;
    private final PoolContext context;
    private final HealthMonitor monitor;
    private final ConnectionQueue queue;
    private final RotationPublisher publisher;
    private final OutageLog outage;
    private final RemovedBackends removed = new RemovedBackends();
    private final AtomicInteger nextStart = new AtomicInteger();
    private final GuardedPick picks = new GuardedPick(this);
    private final List<ConfiguredBackend> configured = new ArrayList<>();
    /** Removed backends that stay in rotation until another one is healthy, so that a change refuses no connection. */
    private final Map<BackendKey, BackendState> leaving = new LinkedHashMap<>();
    private final PacedTask update;
    private final FirstProbeWait firstProbes;
    private volatile PoolConfig config;
    private volatile Optional<ClientTls> tls = Optional.empty();
    private volatile List<BackendState> backends = List.of();

    /** Creates a pool without backends, to be configured with {@link #apply}. */
    public Pool(String name, PoolContext context) {
        this.name = name;
        this.context = context;
        this.monitor = new HealthMonitor(name, context.health(), this::onVerdict);
        this.outage = new OutageLog(name, context);
        this.queue = new ConnectionQueue(context.lanes());
        this.publisher = new RotationPublisher(name, context, queue::changed);
        this.update = new PacedTask(this::updateNow, context.control(), context.nanoTime());
        this.firstProbes = new FirstProbeWait(context.control(), update::request);
    }

    /**
     * Applies a configuration. Backends with the same name and address keep their health, counters and connections.
     * Removed backends get no new connection once the others have been probed, or one of them is healthy and the wait
     * for the first probes of added backends is over.
     *
     * @param next the configuration
     * @param balancer the present instance, or a new one that replaces it
     * @param check the present instance, or a new one that replaces it
     */
    public void apply(PoolConfig next, PluginInstance<LoadBalancer> balancer, PluginInstance<HealthCheck> check) {
        config = next;
        queue.limit().change(next.queue().queueLimit());
        monitor.configure(next.healthCheck(), check).ifPresent(context.pluginCloser()::close);
        publisher.setLoadBalancer(balancer);
        applyBackends(next.backends());
        update.run();
        queue.changed(); // the limits of backends can have changed
    }

    private void applyBackends(List<BackendConfig> next) {
        Map<BackendKey, ConfiguredBackend> previous = new LinkedHashMap<>();
        configured.forEach(backend -> previous.put(backend.key(), backend));
        List<ConfiguredBackend> added = new ArrayList<>();
        configured.clear();
        for (BackendConfig entry : next) {
            ConfiguredBackend backend = previous.remove(BackendKey.of(entry));
            if (backend == null) {
                backend = new ConfiguredBackend(this, entry);
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
     * health and its counters, and returned.
     */
    BackendState addState(BackendConfig config, BackendState added) {
        BackendState returning = leaving.remove(BackendKey.of(added));
        if (returning != null) {
            removed.remove(returning);
            returning.configure(config, this.config.probeHeader());
            return returning;
        }
        firstProbes.begin();
        monitor.add(added);
        return added;
    }

    /** Removes a state of a configured backend at the next change of the rotation. */
    void removeState(BackendState state) {
        leaving.put(BackendKey.of(state), state);
        removed.add(state);
    }

    /** Updates the backends and the rotation after the states of a configured backend or their weights have changed. */
    void updateBackends() {
        update.request();
    }

    private void onVerdict(BackendState backend) {
        update.request();
        if (backend.verdict().state() == Verdict.State.DOWN
                && config.onBackendDown() == PoolConfig.OnBackendDown.CLOSE) {
            context.onDown().accept(backend);
        }
    }

    private void updateNow() {
        backends = configured.stream().flatMap(backend -> backend.states().stream()).toList();
        List<BackendState> usable = backends.stream().filter(BackendState::canServe).toList();
        List<BackendState> healthy = usable.stream().filter(BackendState::isUp).toList();
        boolean allKnown = configured.stream().allMatch(ConfiguredBackend::hasLookUpResult)
                && backends.stream().allMatch(monitor::hasResult);
        boolean mayWait = !hasFirstVerdicts() || rotation().admitsAny(); // else a connection would find no backend
        if (!allKnown && (healthy.isEmpty() || (firstProbes.isInProgress() && mayWait))) {
            return; // the rotation is kept
        }
        firstProbes.end();
        boolean ignoresHealth = healthy.isEmpty() && config.whenAllDown() == PoolConfig.WhenAllDown.TRY_ALL;
        publisher.setBackends(ignoresHealth ? usable : healthy, ignoresHealth);
        leaving.values().forEach(monitor::remove);
        leaving.values().forEach(removed::add);
        leaving.clear();
        outage.update(config, backends, healthy);
    }

    /** Completes when all backends have been probed, or one is healthy and the wait for the others is over. */
    public CompletionStage<Void> firstVerdicts() {
        return publisher.firstVerdicts();
    }

    /** Returns whether {@link #firstVerdicts} has completed. */
    public boolean hasFirstVerdicts() {
        return publisher.hasFirstVerdicts();
    }

    /** Stops the probes and closes the plugins. Open connections stay open, and a search still finds a backend. */
    public void close() {
        configured.forEach(ConfiguredBackend::remove);
        leaving.values().forEach(removed::add);
        firstProbes.end();
        update.close();
        monitor.close();
        context.pluginCloser().close(monitor.instance());
        publisher.close();
    }

    /** Returns the name of the pool in the configuration. */
    public String name() {
        return name;
    }

    /** Returns the configuration that was applied last. */
    public PoolConfig config() {
        return config;
    }

    /** Changes the TLS of new connections to the backends; empty: none. */
    public void setTls(Optional<ClientTls> next) {
        tls = next;
    }

    /** Returns the TLS of new connections to the backends; empty: none. */
    public Optional<ClientTls> tls() {
        return tls;
    }

    /** Returns the TLS of new health probes; empty: none. */
    Optional<BackendTls> probeTls() {
        return config.probeTls().flatMap(settings -> tls.map(use -> new BackendTls(use, settings.requestsTls())));
    }

    /** Returns the current backends, in the order of the configuration. */
    public List<BackendState> backends() {
        return backends;
    }

    /** Returns backends that were removed and still have connections. */
    public List<BackendState> removed() {
        return removed.list();
    }

    /** Returns the present load balancer. Called on the control thread only. */
    public PluginInstance<LoadBalancer> balancer() {
        return publisher.balancer();
    }

    /** Returns the present health check. Called on the control thread only. */
    public PluginInstance<HealthCheck> check() {
        return monitor.instance();
    }

    /** Counts a connect that failed because of the backend. The log has the reason, a few words. */
    public void connectFailed(BackendState backend, String reason) {
        monitor.connectFailed(backend, reason);
    }

    /** Returns the connections that wait because all backends are full. */
    public ConnectionQueue queue() {
        return queue;
    }

    Rotation rotation() {
        return publisher.rotation();
    }

    /** Returns the start of the next round-robin search, to be reduced modulo the number of backends. */
    int nextStart() {
        return nextStart.getAndIncrement();
    }

    /** Calls the picker of a rotation; empty if it fails. */
    Optional<BackendState> pick(Rotation current, ConnectionInfo connection) {
        return picks.pick(current, connection);
    }

    PoolContext context() {
        return context;
    }
}
