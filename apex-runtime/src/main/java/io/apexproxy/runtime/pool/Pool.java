package io.apexproxy.runtime.pool;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.BackendTls;
import io.apexproxy.runtime.pool.health.HealthMonitor;
import io.apexproxy.runtime.pool.rotation.Feedback;
import io.apexproxy.runtime.pool.rotation.Rotation;
import io.apexproxy.runtime.pool.rotation.RotationPublisher;
import io.apexproxy.runtime.pool.sessions.PoolSessions;
import io.apexproxy.runtime.tls.ClientTls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

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
    private final Ejections ejections;
    private final PoolSessions sessions;
    private final BackendSet set;
    private final AtomicInteger nextStart = new AtomicInteger();
    private final GuardedPick picks = new GuardedPick(this);
    private final PacedTask update;
    private final FirstProbeWait firstProbes;
    private volatile PoolConfig config;
    private volatile Optional<ClientTls> tls = Optional.empty();
    private volatile List<BackendState> backends = List.of();
    private volatile Runnable demand = () -> {};

    /** Creates a pool without backends, to be configured with {@link #apply}. */
    public Pool(String name, PoolContext context) {
        this.name = name;
        this.context = context;
        this.monitor = new HealthMonitor(name, context.health(), this::onVerdict);
        this.outage = new OutageLog(name, context);
        this.queue = new ConnectionQueue(context.lanes());
        this.update = new PacedTask(this::updateNow, context.control(), context.nanoTime());
        this.publisher = new RotationPublisher(name, context.control(), context.nanoTime(), context.pluginCloser(),
                update::run);
        this.firstProbes = new FirstProbeWait(context.control(), update::request);
        this.ejections = new Ejections(name, context, this::healthy, update::request);
        this.sessions = new PoolSessions(name, context.control(), context.nanoTime(), context.sessions(),
                () -> rotation().sharing());
        this.set = new BackendSet(this, monitor, new Maintenance(name, context, monitor), ejections, firstProbes);
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
        publisher.setSlowStart(next.slowStart());
        if (next.earlyClose().isZero()) {
            ejections.clear();
        }
        sessions.apply(next.sessions());
        applyBackends();
    }

    private void applyBackends() {
        set.apply();
        update.run();
    }

    /**
     * Replaces the backends of the source of the pool, in addition to those of the configuration. On the control
     * thread.
     */
    public void setFound(List<BackendConfig> found) {
        set.setFound(found);
        applyBackends();
    }

    /** Returns whether the first verdicts wait for the first answer of the source. On the control thread. */
    public boolean awaitsSource() {
        return set.awaitsSource();
    }

    /** Ends the wait of the first verdicts for the first answer of the source. On the control thread. */
    public void endSourceWait() {
        set.endSourceWait();
        update.run();
    }

    /**
     * Sets the action that runs when the pool has no healthy backend, when a connection finds none and when a connect
     * fails. It can run on any thread, often, and must not block.
     */
    public void onDemand(Runnable action) {
        demand = action;
    }

    /** Requests a look-up of the source, if there is one: a connection has found no backend. Any thread. */
    void demandBackends() {
        demand.run();
    }

    /** Updates the backends and the rotation after the states of a configured backend or their weights have changed. */
    void updateBackends() {
        update.request();
    }

    private void onVerdict(BackendState backend) {
        update.request();
        sessions.onVerdict(backend);
    }

    private void updateNow() {
        updateRotation();
        // Once, after all changes: a second chain of calls would search next to the first one and could overtake it.
        queue.changed();
    }

    private void updateRotation() {
        backends = set.states();
        List<BackendState> healthy = healthy();
        if (healthy.isEmpty()) {
            demand.run();
        }
        boolean mayWait = !hasFirstVerdicts() || rotation().admitsAny(); // else a connection would find no backend
        if (!set.hasAllResults() && (healthy.isEmpty() || (firstProbes.isInProgress() && mayWait))) {
            return; // the rotation is kept
        }
        firstProbes.end();
        boolean ignoresHealth = healthy.isEmpty() && config.whenAllDown() == PoolConfig.WhenAllDown.TRY_ALL;
        List<BackendState> inService = healthy.stream().filter(backend -> !backend.outlier().isEjected()).toList();
        if (ignoresHealth) {
            publisher.setBackends(backends.stream().filter(BackendState::canServe).toList(), true);
        } else {
            publisher.setBackends(inService.isEmpty() ? healthy : inService, false);
        }
        set.endLeaving();
        outage.update(config, backends, healthy);
    }

    /** Returns the backends that can serve and are healthy, the ejected ones included. */
    private List<BackendState> healthy() {
        return backends.stream().filter(backend -> backend.canServe() && backend.isUp()).toList();
    }

    /** Completes when all backends have been probed, or one is healthy and the wait for the others is over. */
    public CompletionStage<Void> firstVerdicts() {
        return publisher.firstVerdicts();
    }

    /** Returns whether {@link #firstVerdicts} has completed. */
    public boolean hasFirstVerdicts() {
        return publisher.hasFirstVerdicts();
    }

    /**
     * Stops the probes and closes the plugins. Open connections end by {@code on_backend_removed}, and a search still
     * finds a backend.
     */
    public void close() {
        set.close();
        sessions.close();
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

    LongSupplier clock() {
        return context.nanoTime();
    }

    /** Returns the configuration that was applied last. */
    public PoolConfig config() {
        return config;
    }

    /** Returns the open sessions. Their highest age may be read by any thread. */
    public PoolSessions sessions() {
        return sessions;
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

    /** Returns the time until the slow start of a backend ends; zero if it is not in one. */
    public Duration slowStartLeft(BackendState backend) {
        return Duration.ofNanos(rotation().slowStart().map(present -> present.nanosLeft(backend)).orElse(0L));
    }

    /** Returns backends that were removed and still have connections. */
    public List<BackendState> removed() {
        return set.removed();
    }

    /** Returns the present load balancer. Called on the control thread only. */
    public PluginInstance<LoadBalancer> balancer() {
        return publisher.balancer();
    }

    /** Returns the present health check. Called on the control thread only. */
    public PluginInstance<HealthCheck> check() {
        return monitor.instance();
    }

    /** Counts a connect that failed because of the backend. The log has the reason, a few words. Any thread. */
    public void connectFailed(BackendState backend, String reason) {
        demand.run();
        if (config.healthCheck().isEnabled()) {
            monitor.connectFailed(backend, reason);
        } else if (!config.earlyClose().isZero()) { // without probes, only the time of an ejection brings it back
            ejections.connectionFailed(backend, config.healthCheck().fall(), reason);
        }
    }

    /**
     * Counts a connection that the backend ended within {@code early_close} and before its first byte. Any thread.
     *
     * @param byReset whether it ended with a reset
     */
    public void closedEarly(BackendState backend, boolean byReset) {
        backend.outlier().countEarlyClose();
        ejections.connectionFailed(backend, config.healthCheck().fall(),
                (byReset ? "reset" : "closed") + " before its first byte");
    }

    /** Returns the connections that wait because all backends are full. */
    public ConnectionQueue queue() {
        return queue;
    }

    Rotation rotation() {
        return publisher.rotation();
    }

    /** Returns the reports that the present picker receives about connections. Any thread. */
    public Feedback feedback() {
        return publisher.feedback();
    }

    /** Returns the start of the next round-robin search, to be reduced modulo the number of backends. */
    int nextStart() {
        return nextStart.getAndIncrement();
    }

    /** Calls a picker of a rotation; empty if it fails. */
    Optional<BackendState> pick(BackendPicker picker, ConnectionInfo connection) {
        return picks.pick(picker, connection);
    }

    PoolContext context() {
        return context;
    }
}
