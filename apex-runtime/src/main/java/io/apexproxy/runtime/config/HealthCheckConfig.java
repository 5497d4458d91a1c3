package io.apexproxy.runtime.config;

import java.time.Duration;

/**
 * How a pool's backends are probed, validated.
 *
 * @param check which plugin probes; its settings are without the keys that stand here
 * @param interval from the start of one probe to the start of the next
 * @param fastInterval the same while a verdict is changing
 * @param timeout for one probe
 * @param rise successes in a row that bring a backend up
 * @param fall failures in a row that take it down
 */
public record HealthCheckConfig(
        ProviderConfig check, Duration interval, Duration fastInterval, Duration timeout, int rise, int fall) {

    /** The provider that stands for no health check. */
    public static final String NONE = "none";

    /** Whether backends are probed at all. */
    public boolean isEnabled() {
        return !check.provider().equals(NONE);
    }
}
