package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.health.HealthMonitor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named set of backends that share a load balancer and a health check.
 *
 * <p>{@link #apply} and {@link #close} are called on the control thread, the rest from any thread.
 */
public final class Pool {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");

    private final String name;
    private final PoolContext context;
    private final HealthMonitor monitor;
    private final RotationPublisher publisher;
    private final OutageLog outage;
    private final RemovedBackends removed = new RemovedBackends();
    private final AtomicInteger turn = new AtomicInteger();
    private final DistinctThrottle complaints = new DistinctThrottle();
    private final List<ConfiguredBackend> members = new ArrayList<>();
    /** Removed backends that stay in rotation until another one is healthy, so that a change refuses no connection. */
    private final Map<BackendKey, BackendState> leaving = new LinkedHashMap<>();
    private final PacedTask refresh;
    private volatile PoolConfig config;
    private volatile List<BackendState> backends = List.of();

    /**
     * Creates a pool without backends; {@link #apply} brings it to life.
     *
     * @param name its name in the configuration
     * @param context what all pools share
     */
    public Pool(String name, PoolContext context) {
        this.name = name;
        this.context = context;
        this.monitor = new HealthMonitor(name, context.health(), this::judged);
        this.outage = new OutageLog(name, context);
        this.publisher = new RotationPublisher(name, context);
        this.refresh = new PacedTask(this::refresh, context.control(), context.nanoTime());
    }

    /**
     * Changes the pool to what the configuration says. Backends whose name and address stay keep their health, their
     * counters and their connections; removed ones get no new connection as soon as another one is known to be healthy,
     * or all others are known not to be.
     *
     * @param next the configuration
     * @param balancer the present instance, or a new one that takes its place
     * @param check the present instance, or a new one that takes its place
     */
    public void apply(PoolConfig next, PluginInstance<LoadBalancer> balancer, PluginInstance<HealthCheck> check) {
        config = next;
        monitor.configure(next.healthCheck(), check).ifPresent(context.pluginCloser()::close);
        publisher.balanceWith(balancer);
        applyMembers(next.backends());
        refresh.run();
    }

    private void applyMembers(List<BackendConfig> next) {
        Map<BackendKey, ConfiguredBackend> previous = new LinkedHashMap<>();
        members.forEach(member -> previous.put(member.key(), member));
        List<ConfiguredBackend> added = new ArrayList<>();
        members.clear();
        for (BackendConfig backend : next) {
            ConfiguredBackend member = previous.remove(BackendKey.of(backend));
            if (member == null) {
                member = new ConfiguredBackend(this, backend);
                added.add(member);
            } else {
                member.configure(backend);
            }
            members.add(member);
        }
        previous.values().forEach(ConfiguredBackend::remove);
        added.forEach(ConfiguredBackend::start);
    }

    /**
     * Takes up what a member stands for from now on. One that is leaving comes back with all that is known of it.
     *
     * @param config what is said of it
     * @param fresh to be used if it is not one of those
     */
    BackendState enter(BackendConfig config, BackendState fresh) {
        BackendState returning = leaving.remove(BackendKey.of(fresh));
        if (returning != null) {
            removed.remove(returning);
            returning.configure(config);
            return returning;
        }
        monitor.add(fresh);
        return fresh;
    }

    /** Lets go of what a member stood for. */
    void leave(BackendState state) {
        leaving.put(BackendKey.of(state), state);
        removed.add(state);
    }

    /** The backends that the members stand for, or their weights, are others than before. */
    void membersChanged() {
        refresh.request();
    }

    private void judged(BackendState backend) {
        refresh.request();
        if (backend.verdict().state() == Verdict.State.DOWN
                && config.onBackendDown() == PoolConfig.OnBackendDown.CLOSE) {
            context.onDown().accept(backend);
        }
    }

    private void refresh() {
        backends = members.stream().flatMap(member -> member.states().stream()).toList();
        List<BackendState> able = backends.stream().filter(BackendState::canServe).toList();
        List<BackendState> pickable = able.stream().filter(BackendState::isUp).toList();
        boolean allAnswered = members.stream().allMatch(ConfiguredBackend::answered)
                && backends.stream().allMatch(monitor::answered);
        if (pickable.isEmpty() && !allAnswered) {
            return; // the rotation stays, until a backend is known to be able to serve, or none is
        }
        boolean whateverHealth = pickable.isEmpty() && config.whenAllDown() == PoolConfig.WhenAllDown.TRY_ALL;
        publisher.rotate(whateverHealth ? able : pickable, whateverHealth);
        leaving.values().forEach(monitor::remove);
        leaving.values().forEach(removed::add);
        leaving.clear();
        outage.update(config, backends, pickable);
    }

    /** Completes when a backend may be picked, or all have been probed and none can be. */
    public CompletionStage<Void> firstVerdicts() {
        return publisher.firstVerdicts();
    }

    /** Whether {@link #firstVerdicts} has completed. */
    public boolean hasFirstVerdicts() {
        return publisher.hasFirstVerdicts();
    }

    /** Ends the probes and the plugins. Connections go on, and those that were just accepted still find a backend. */
    public void close() {
        members.forEach(ConfiguredBackend::remove);
        leaving.values().forEach(removed::add);
        refresh.close();
        monitor.close();
        context.pluginCloser().close(monitor.instance());
        publisher.close();
    }

    /** Its name in the configuration. */
    public String name() {
        return name;
    }

    /** What it was last told to be. */
    public PoolConfig config() {
        return config;
    }

    /** Its backends now, in the order of the configuration. */
    public List<BackendState> backends() {
        return backends;
    }

    /** Returns backends that were removed and still have connections. */
    public List<BackendState> removed() {
        return removed.list();
    }

    /** The plugins that serve it now; only for the control thread. */
    public PluginInstance<LoadBalancer> balancer() {
        return publisher.balancer();
    }

    /** The plugins that serve it now; only for the control thread. */
    public PluginInstance<HealthCheck> check() {
        return monitor.instance();
    }

    /**
     * Reports that a connection to a backend could not be made, for a cause that is the backend's.
     *
     * @param backend which
     * @param reason in a few words, for the log
     */
    public void connectFailed(BackendState backend, String reason) {
        monitor.connectFailed(backend, reason);
    }

    Rotation rotation() {
        return publisher.rotation();
    }

    /** Where the next search in turn begins. */
    int nextTurn() {
        return turn.getAndIncrement();
    }

    /**
     * Asks the load balancer; the answer may be one that cannot be picked any more, and is empty if it makes no
     * sense.
     */
    Optional<BackendState> ask(Rotation current, ConnectionInfo connection) {
        try {
            Backend picked = current.picker().pick(connection);
            if (picked instanceof BackendState backend && backend.belongsTo(this)) {
                return backend.found();
            }
            String text = CleanText.piece(String.valueOf(picked));
            if (complaints.permits("returned " + text)) {
                LOG.error("pools.{}.load_balancer: pick() returned {}, which is no backend it was given; "
                        + "picking in turn", name, text);
            }
        } catch (Throwable e) { // whatever a plugin throws must not cost a connection
            if (complaints.permits("failed", e)) {
                LOG.error("pools.{}.load_balancer: pick() failed; picking in turn", name, e);
            }
        }
        return Optional.empty();
    }

    PoolContext context() {
        return context;
    }
}
