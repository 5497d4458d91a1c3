package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.tls.ProbeTls;
import java.time.Duration;

/**
 * The validated configuration of the health check of a pool.
 *
 * @param check the plugin that probes; its settings exclude the keys of this record
 * @param interval time from the start of a probe to the start of the next
 * @param fastInterval the interval while a verdict is changing
 * @param timeout time limit of a probe
 * @param rise consecutive successes after which a backend is up
 * @param fall consecutive failures after which a backend is down
 * @param proxyProtocol the PROXY protocol header with which probes begin
 * @param tls whether probes use the TLS of the pool
 */
public record HealthCheckConfig(ProviderConfig check, Duration interval, Duration fastInterval, Duration timeout,
        int rise, int fall, ProbeHeader proxyProtocol, ProbeTls tls) {

    /** The name of the provider that disables health checks. */
    public static final String NONE = "none";

    /** Returns whether backends are probed. */
    public boolean isEnabled() {
        return !check.provider().equals(NONE);
    }
}
