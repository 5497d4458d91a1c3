/**
 * The health of the backends of a pool: probes, failed connections, and the verdicts that follow from them.
 *
 * <p>A probe ({@code ProbeCall}, when {@code ProbeSchedule} says and {@code ProbeLimit} permits) or a failed connection
 * is an observation. {@code HealthCounter} counts observations against {@code rise} and {@code fall}. {@code
 * BackendProber} joins these for one backend, and {@link io.apexproxy.runtime.pool.health.HealthMonitor} for all
 * backends of a pool. {@code Pool} creates a monitor, which calls it back when a verdict changes. The verdict is
 * stored in the {@link io.apexproxy.runtime.pool.backend.BackendState}.
 *
 * <p>Everything here runs on the control thread, except calls of a health check, which run on the threads of its
 * instance.
 */
package io.apexproxy.runtime.pool.health;
