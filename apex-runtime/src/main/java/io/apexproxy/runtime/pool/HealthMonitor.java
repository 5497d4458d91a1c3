package io.apexproxy.runtime.pool;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the health of one pool's backends.
 *
 * <p>Lives on the control thread, {@link #connectFailed} excepted; the health check is called on its own instance's
 * threads.
 */
final class HealthMonitor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");

    private final PoolContext context;
    private final Consumer<BackendState> judged;
    private final HealthLog verdicts;
    private final DistinctThrottle complaints = new DistinctThrottle();
    private final Map<BackendState, Probing> probings = new LinkedHashMap<>();
    private HealthCheckConfig config;
    private PluginInstance<HealthCheck> check;

    /**
     * Creates a monitor that probes nothing yet.
     *
     * @param pool the name of the pool, for the log
     * @param context what all pools share
     * @param judged is told when a backend's first probe has answered and whenever its verdict has changed
     */
    HealthMonitor(String pool, PoolContext context, Consumer<BackendState> judged) {
        this.context = context;
        this.verdicts = new HealthLog(pool, context);
        this.judged = judged;
    }

    void configure(HealthCheckConfig next, PluginInstance<HealthCheck> nextCheck) {
        PluginInstance<HealthCheck> previousCheck = check;
        HealthCheckConfig previous = config;
        config = next;
        check = nextCheck;
        if (previousCheck == null) {
            return;
        }
        if (previousCheck != nextCheck) { // also a change from or to no check
            context.retirement().now(previousCheck);
            context.probes().cancelAll(this); // else the end of one would start the next
            probings.replaceAll((backend, probing) -> probing.successor());
            probings.values().forEach(Probing::start);
        } else if (!next.equals(previous)) {
            probings.values().forEach(Probing::replan);
        }
    }

    PluginInstance<HealthCheck> instance() {
        return check;
    }

    HealthCheckConfig config() {
        return config;
    }

    ScheduledExecutorService control() {
        return context.control();
    }

    long nanoTime() {
        return context.nanoTime().getAsLong();
    }

    RandomGenerator random() {
        return context.random();
    }

    ProbeLimit limit() {
        return context.probes();
    }

    void judged(BackendState backend) {
        judged.accept(backend);
    }

    /** Logs a verdict that has changed. */
    void log(BackendState backend) {
        verdicts.changed(backend);
    }

    /** Tells that nothing was found out. */
    void inconclusive(BackendState backend, String reason) {
        if (complaints.permits(reason)) {
            LOG.warn("Health check {} was not possible: {}; the verdict stays as it is", backend, reason);
        }
    }

    void add(BackendState backend) {
        Probing probing = new Probing(this, backend);
        probings.put(backend, probing);
        probing.start();
    }

    void remove(BackendState backend) {
        Probing probing = probings.remove(backend);
        if (probing != null) {
            probing.stop();
        }
    }

    /** Whether the backend's first probe has answered, or it has none. */
    boolean answered(BackendState backend) {
        Probing probing = probings.get(backend);
        return probing == null || probing.answered();
    }

    /** Takes a failed connection of real traffic as an observation. May be called from any thread. */
    void connectFailed(BackendState backend, String reason) {
        if (backend.claimFailureReport()) {
            try {
                context.control().execute(() -> {
                    backend.failureReportTaken();
                    Probing probing = probings.get(backend);
                    if (probing != null) {
                        probing.connectFailed(reason);
                    }
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("A connection to {} failed after the end", backend, e);
            }
        }
    }

    void close() {
        context.probes().cancelAll(this);
        probings.values().forEach(Probing::stop);
        probings.clear();
        context.retirement().now(check);
    }
}
