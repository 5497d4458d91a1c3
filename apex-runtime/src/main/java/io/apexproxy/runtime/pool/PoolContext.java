package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.pool.health.HealthContext;
import io.apexproxy.runtime.pool.health.LastVerdicts;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.pool.names.NameResolver;
import io.apexproxy.runtime.pool.sessions.OpenSessions;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The objects that all pools share.
 *
 * @param control the executor of the control thread, on which pools change
 * @param resolver looks up the names of backends
 * @param pluginCloser closes the plugin instances that pools no longer need
 * @param probes limits how many probes run at the same time
 * @param lanes the number of event loops, each of which counts in its own lane
 * @param sessions ends the sessions of backends
 * @param drainTimeout the current {@code drain_timeout}, after which the sessions of a backend in maintenance end
 * @param nanoTime the clock of {@code control}, as {@link System#nanoTime}; tests pass a virtual clock
 * @param random spreads probes over time; used on the control thread only
 * @param lastVerdicts the verdicts that this process takes over
 */
public record PoolContext(ScheduledExecutorService control, NameResolver resolver, PluginCloser pluginCloser,
        ProbeLimit probes, int lanes, OpenSessions sessions, Supplier<Duration> drainTimeout,
        LongSupplier nanoTime, RandomGenerator random, LastVerdicts lastVerdicts) {

    HealthContext health() {
        return new HealthContext(control, probes, nanoTime, random, lastVerdicts);
    }
}
