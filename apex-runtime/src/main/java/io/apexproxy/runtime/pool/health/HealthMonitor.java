package io.apexproxy.runtime.pool.health;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
 * threads. The caller creates and closes the instances.
 */
public final class HealthMonitor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");

    private final HealthContext context;
    private final Consumer<BackendState> judged;
    private final HealthLog verdicts;
    private final DistinctThrottle complaints = new DistinctThrottle();
    private final Map<BackendState, BackendProber> probings = new LinkedHashMap<>();
    private HealthCheckConfig config;
    private PluginInstance<HealthCheck> check;

    /**
     * Creates a monitor that probes nothing yet.
     *
     * @param pool the name of the pool, for the log
     * @param context what the health of all pools shares
     * @param judged receives a backend when its first probe has answered and whenever its verdict has changed
     */
    public HealthMonitor(String pool, HealthContext context, Consumer<BackendState> judged) {
        this.context = context;
        this.verdicts = new HealthLog(pool, context);
        this.judged = judged;
    }

    /**
     * Changes intervals, limits and health check. Verdicts stay.
     *
     * @param next the settings
     * @param nextCheck the present instance, or a new one, with which all backends are probed at once
     * @return the instance that was replaced, which is no longer called; empty if none was
     */
    public Optional<PluginInstance<HealthCheck>> configure(HealthCheckConfig next,
            PluginInstance<HealthCheck> nextCheck) {
        PluginInstance<HealthCheck> previousCheck = check;
        HealthCheckConfig previous = config;
        config = next;
        check = nextCheck;
        if (previousCheck == null) {
            return Optional.empty();
        }
        if (previousCheck != nextCheck) { // also a change from or to no check
            context.probes().cancelAll(this); // else the end of one would start the next
            probings.replaceAll((backend, probing) -> probing.successor());
            probings.values().forEach(BackendProber::start);
            return Optional.of(previousCheck);
        }
        if (!next.equals(previous)) {
            probings.values().forEach(BackendProber::replan);
        }
        return Optional.empty();
    }

    /** Returns the health check that probes now. */
    public PluginInstance<HealthCheck> instance() {
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

    /** Logs that a probe found nothing out. */
    void inconclusive(BackendState backend, String reason) {
        if (complaints.permits(reason)) {
            LOG.warn("Health check {} was not possible: {}; the verdict stays as it is", backend, reason);
        }
    }

    /**
     * Starts to probe a backend.
     *
     * @param backend one that is not probed yet
     */
    public void add(BackendState backend) {
        BackendProber probing = new BackendProber(this, backend);
        probings.put(backend, probing);
        probing.start();
    }

    /**
     * Ends the probes of a backend, if there are any.
     *
     * @param backend which
     */
    public void remove(BackendState backend) {
        BackendProber probing = probings.remove(backend);
        if (probing != null) {
            probing.stop();
        }
    }

    /**
     * Returns whether the first probe of a backend has answered, or it has none.
     *
     * @param backend which
     */
    public boolean answered(BackendState backend) {
        BackendProber probing = probings.get(backend);
        return probing == null || probing.answered();
    }

    /**
     * Takes a failed connection of real traffic as an observation. May be called from any thread.
     *
     * @param backend to which it was
     * @param reason in a few words, for the log
     */
    public void connectFailed(BackendState backend, String reason) {
        if (backend.claimFailureReport()) {
            try {
                context.control().execute(() -> {
                    backend.failureReportTaken();
                    BackendProber probing = probings.get(backend);
                    if (probing != null) {
                        probing.connectFailed(reason);
                    }
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("A connection to {} failed after the end", backend, e);
            }
        }
    }

    /** Ends all probes. The health check is no longer called. */
    public void close() {
        context.probes().cancelAll(this);
        probings.values().forEach(BackendProber::stop);
        probings.clear();
    }
}
