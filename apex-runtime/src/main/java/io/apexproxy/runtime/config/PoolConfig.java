package io.apexproxy.runtime.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pool of backends, validated.
 *
 * @param name {@code web} for {@code [pools.web]}
 * @param backends with distinct names and addresses; there may be none
 * @param loadBalancer which plugin picks
 * @param healthCheck which plugin probes, and when
 * @param connectTimeout for each attempt to connect
 * @param connectAttempts different backends to try before the first byte, at least 1
 * @param whenAllDown what new connections get while no backend is healthy
 * @param onBackendDown what happens to the live connections of a backend that goes down
 * @param resolve which addresses of a backend's name are used
 * @param resolveInterval from one look-up of a backend's name to the next
 * @param maxAddresses how many addresses of a name are used, at least 1
 * @param keepalive TCP keepalive of connections to backends; empty: off
 */
public record PoolConfig(
        String name,
        List<BackendConfig> backends,
        ProviderConfig loadBalancer,
        HealthCheckConfig healthCheck,
        Duration connectTimeout,
        int connectAttempts,
        WhenAllDown whenAllDown,
        OnBackendDown onBackendDown,
        Resolve resolve,
        Duration resolveInterval,
        int maxAddresses,
        Optional<Keepalive> keepalive) {

    /** What new connections get while no backend is healthy. */
    public enum WhenAllDown {
        /** They are closed at once. */
        REFUSE,
        /** They are sent to the backends all the same, as if all were healthy. */
        TRY_ALL
    }

    /** What happens to the live connections of a backend that goes down. */
    public enum OnBackendDown {
        /** They go on as long as they can. */
        KEEP,
        /** They are closed. */
        CLOSE
    }

    /** Which addresses of a backend's name are used. */
    public enum Resolve {
        /** Each is a backend. */
        ALL,
        /** One of them, as long as the name has it. */
        FIRST
    }
}
