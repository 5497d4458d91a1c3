package io.apexproxy.runtime.pool.health;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the health of all pools shares.
 *
 * @param control the thread on which verdicts change and timers of probes run
 * @param probes limits how many probes run at the same time
 * @param nanoTime the clock of {@code control}, as {@link System#nanoTime}
 * @param random spreads probes over time; used on the control thread only
 */
public record HealthContext(ScheduledExecutorService control, ProbeLimit probes, LongSupplier nanoTime,
        RandomGenerator random) {
}
