package io.apexproxy.runtime.pool;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * Watches over the health of one pool's backends.
 *
 * <p>Lives on the control thread, {@link #connectFailed} excepted; the health check is called on its own instance's threads.
 */
final class HealthMonitor {

    private final ScheduledExecutorService control;
    private final Consumer<BackendState> judged;
    private final Map<BackendState, Probing> probings = new HashMap<>();
    private HealthCheckConfig config;
    private PluginInstance<HealthCheck> check;

    /**
     * Creates a monitor that probes nothing yet.
     *
     * @param control the thread on which everything here happens
     * @param judged is told when a backend's first probe has answered and whenever its verdict has changed
     */
    HealthMonitor(ScheduledExecutorService control, Consumer<BackendState> judged) {
        this.control = control;
        this.judged = judged;
    }

    void configure(HealthCheckConfig config, PluginInstance<HealthCheck> check) {
        PluginInstance<HealthCheck> previous = this.check;
        this.config = config;
        this.check = check;
        if (previous != null && previous != check) {
            previous.close();
            probings.replaceAll((backend, probing) -> probing.successor());
            probings.values().forEach(Probing::start);
        } else {
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
        return control;
    }

    void judged(BackendState backend) {
        judged.accept(backend);
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

    /** Whether every backend's first probe has answered. */
    boolean allAnswered() {
        return probings.values().stream().allMatch(Probing::answered);
    }

    /** Takes a failed connection of real traffic as an observation. May be called from any thread. */
    void connectFailed(BackendState backend, String reason) {
        if (backend.claimFailureReport()) {
            control.execute(() -> {
                backend.failureReportTaken();
                Probing probing = probings.get(backend);
                if (probing != null) {
                    probing.connectFailed(reason);
                }
            });
        }
    }

    void close() {
        probings.values().forEach(Probing::stop);
        probings.clear();
        check.close();
    }
}
