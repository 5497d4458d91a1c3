package io.apexproxy.runtime.pool.sessions;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The highest age of the connections of a pool, with the jitter that spreads their ends. Pure.
 *
 * <p>A connection ends at 90 to 110 % of the age, so that connections that began together do not end together. When the
 * setting changes, connections can be older already: they end spread over 20 % of the age after the change.
 *
 * @param maxNanos the age; 0: no limit
 * @param changedNanos the time at which the setting was changed, as {@link System#nanoTime}
 */
public record ConnectionAge(long maxNanos, long changedNanos) {

    /** No limit. */
    public static final ConnectionAge OFF = new ConnectionAge(0, 0);

    private static final double LEAST = 0.9;
    private static final double SPREAD = 0.2;

    /** Returns this limit, or that of a changed setting. */
    public ConnectionAge changed(Duration max, long nowNanos) {
        return max.toNanos() == maxNanos ? this : new ConnectionAge(max.toNanos(), nowNanos);
    }

    /** Returns whether there is a limit. */
    public boolean isOn() {
        return maxNanos > 0;
    }

    /**
     * Returns when a connection reaches its age, as {@link System#nanoTime}. There is a limit.
     *
     * @param acceptedNanos the time of its accept
     * @param number a number that other connections do not have
     */
    public long dueNanos(long acceptedNanos, long number) {
        double fraction = new SplittableRandom(number).nextDouble(); // evenly distributed, also for consecutive numbers
        long own = acceptedNanos + (long) (maxNanos * (LEAST + SPREAD * fraction));
        long afterChange = changedNanos + (long) (maxNanos * (SPREAD * fraction));
        return own - afterChange > 0 ? own : afterChange;
    }
}
