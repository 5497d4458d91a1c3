package io.apexproxy.runtime.pool.health;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor of the health of one pool's backends.
 *
 * <p>Used on the control thread, except {@link #connectFailed}. The health check is called on the threads of its own
 * instance. The caller creates and closes the instances.
 */
public final class HealthMonitor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.health");

    private final String pool;
    private final HealthContext context;
    private final Consumer<BackendState> onVerdict;
    private final HealthLog log;
    private final DistinctThrottle throttle = new DistinctThrottle();
    private final Map<BackendState, BackendProber> probers = new LinkedHashMap<>();
    private HealthCheckConfig config;
    private PluginInstance<HealthCheck> check;

    /**
     * Creates a monitor without backends.
     *
     * @param pool the name of the pool
     * @param context the objects that the health monitors of all pools share
     * @param onVerdict receives a backend after the result of its first probe and after each change of its verdict
     */
    public HealthMonitor(String pool, HealthContext context, Consumer<BackendState> onVerdict) {
        this.pool = pool;
        this.context = context;
        this.log = new HealthLog(pool, context);
        this.onVerdict = onVerdict;
    }

    /**
     * Changes intervals, limits and health check. Verdicts are kept.
     *
     * @param next the settings
     * @param nextCheck the present instance, or a new one, which probes all backends at once
     * @return the replaced instance, which is no longer called; empty if there is none
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
        if (previousCheck != nextCheck) { // including a change from or to "none"
            context.probes().cancelAll(this); // else stopping a prober would start a waiting probe
            probers.replaceAll((backend, prober) -> prober.replace());
            probers.values().forEach(BackendProber::start);
            return Optional.of(previousCheck);
        }
        if (!next.equals(previous)) {
            probers.values().forEach(BackendProber::reschedule);
        }
        return Optional.empty();
    }

    /** Returns the present health check. */
    public PluginInstance<HealthCheck> instance() {
        return check;
    }

    HealthCheckConfig config() {
        return config;
    }

    HealthContext context() {
        return context;
    }

    /** Returns the verdict on a backend from before the start of this process. */
    Optional<Verdict> lastVerdict(BackendState backend) {
        return context.lastVerdicts().of(pool, backend);
    }

    void reportVerdict(BackendState backend) {
        onVerdict.accept(backend);
    }

    void logVerdict(BackendState backend) {
        log.log(backend);
    }

    void logInconclusive(BackendState backend, String reason) {
        if (throttle.permits(reason)) {
            LOG.warn("Health check {} was not possible: {}; verdict unchanged", backend, reason);
        }
    }

    /** Adds a backend that is not monitored yet, and starts its probes. */
    public void add(BackendState backend) {
        BackendProber prober = new BackendProber(this, backend);
        probers.put(backend, prober);
        prober.start();
    }

    /** Removes a backend and stops its probes. Does nothing if the backend is not monitored. */
    public void remove(BackendState backend) {
        BackendProber prober = probers.remove(backend);
        if (prober != null) {
            prober.stop();
        }
    }

    /** Returns whether the first probe of a backend has a result, or the backend has no probes. */
    public boolean hasResult(BackendState backend) {
        BackendProber prober = probers.get(backend);
        return prober == null || prober.hasResult();
    }

    /**
     * Counts a failed connect of real traffic as an observation, with the reason in a few words. May be called from any
     * thread.
     */
    public void connectFailed(BackendState backend, String reason) {
        long successes = backend.traffic().connections().sum(); // now: a later success must not precede the failure
        backend.reportFailure(context.control(), () -> {
            BackendProber prober = probers.get(backend);
            if (prober != null) {
                prober.connectFailed(successes, reason);
            }
        });
    }

    /** Stops all probes. The health check is no longer called. */
    public void close() {
        context.probes().cancelAll(this);
        probers.values().forEach(BackendProber::stop);
        probers.clear();
    }
}
