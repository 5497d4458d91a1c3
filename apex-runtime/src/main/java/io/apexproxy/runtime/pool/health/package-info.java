/**
 * The health of the backends of a pool: probes, failed connects, and the verdicts that follow from them.
 *
 * <p>Probes and failed connects are observations. {@code ProbeCall} makes a probe, {@code ProbeSchedule} computes its
 * start, and {@code ProbeLimit} bounds the number of probes. {@code HealthCounter} counts observations against
 * {@code rise} and {@code fall}. {@code BackendProber} combines these for one backend, and {@link
 * io.apexproxy.runtime.pool.health.HealthMonitor} for all backends of a pool.
 *
 * <p>{@code Pool} creates a monitor and receives changes of verdicts in a callback. The verdict is stored in the {@link
 * io.apexproxy.runtime.pool.backend.BackendState}. All of this runs on the control thread, except calls of a health
 * check, which run on the threads of its instance.
 */
package io.apexproxy.runtime.pool.health;
