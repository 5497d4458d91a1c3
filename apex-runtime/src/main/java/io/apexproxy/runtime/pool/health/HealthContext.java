package io.apexproxy.runtime.pool.health;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The objects that the health monitors of all pools share.
 *
 * @param control the executor of the control thread, on which verdicts change and probe timers run
 * @param probes limits how many probes run at the same time
 * @param nanoTime the clock of {@code control}, as {@link System#nanoTime}
 * @param random spreads probes over time; used on the control thread only
 * @param lastVerdicts the verdicts that this process takes over
 */
public record HealthContext(ScheduledExecutorService control, ProbeLimit probes, LongSupplier nanoTime,
        RandomGenerator random, LastVerdicts lastVerdicts) {
}
