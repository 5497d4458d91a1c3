package io.apexproxy.runtime.pool;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProbeHeader;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.tls.ProbeTls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates configurations of pools for tests. Plugins are named but not looked up. */
final class PoolConfigs {

    private static final Origin NOWHERE = new Origin("simulation", 1, 1);

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private PoolConfigs() {
    }

    /**
     * Returns a configuration with one connect attempt.
     *
     * @param timeout time limit of a probe and of a connect
     */
    static PoolConfig of(String name, List<BackendConfig> backends, Duration interval, Duration timeout) {
        return of(name, backends, interval, timeout, 1, 1, Duration.ZERO, Duration.ZERO);
    }

    /** Returns a configuration with the connect attempts. */
    static PoolConfig withAttempts(int attempts, BackendConfig... backends) {
        return of("pool", List.of(backends), SimulatedPool.INTERVAL, TIMEOUT, 1, attempts, Duration.ZERO,
                Duration.ZERO);
    }

    /** Returns a configuration with one connect attempt and slow starts. */
    static PoolConfig withSlowStart(Duration slowStart, BackendConfig... backends) {
        return of("pool", List.of(backends), SimulatedPool.INTERVAL, TIMEOUT, 1, 1, slowStart, Duration.ZERO);
    }

    /** Returns a configuration with one connect attempt and outlier detection. */
    static PoolConfig withEarlyClose(int fall, Duration earlyClose, BackendConfig... backends) {
        return of("pool", List.of(backends), SimulatedPool.INTERVAL, TIMEOUT, fall, 1, Duration.ZERO, earlyClose);
    }

    /** Returns a configuration with one connect attempt and settings that end open sessions. */
    static PoolConfig withSessions(SessionSettings sessions, BackendConfig... backends) {
        return of("pool", List.of(backends), SimulatedPool.INTERVAL, TIMEOUT, 1, 1, Duration.ZERO, Duration.ZERO,
                sessions);
    }

    private static PoolConfig of(String name, List<BackendConfig> backends, Duration interval, Duration timeout,
            int fall, int attempts, Duration slowStart, Duration earlyClose) {
        return of(name, backends, interval, timeout, fall, attempts, slowStart, earlyClose, SessionSettings.DEFAULT);
    }

    private static PoolConfig of(String name, List<BackendConfig> backends, Duration interval, Duration timeout,
            int fall, int attempts, Duration slowStart, Duration earlyClose, SessionSettings sessions) {
        var check = new HealthCheckConfig(provider("health_check"), interval, Duration.ofSeconds(1), timeout, 2, fall,
                ProbeHeader.OFF, ProbeTls.OFF);
        return new PoolConfig(name, backends, provider("load_balancer"), check, timeout, attempts,
                PoolConfig.WhenAllDown.REFUSE, sessions, PoolConfig.Resolve.ALL,
                Duration.ofSeconds(30), 256, Optional.empty(), ProxyVersion.OFF, Optional.empty(),
                Optional.empty(), slowStart, earlyClose, PoolConfig.Queue.OFF, Optional.empty(), Map.of());
    }

    private static ProviderConfig provider(String kind) {
        return new ProviderConfig("pools.one." + kind, "simulated", NOWHERE,
                new ConfigTree.Table(Map.of(), NOWHERE), List.of());
    }
}
