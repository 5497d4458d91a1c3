package io.apexproxy.runtime.pool.health;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Computes when the next probe of one backend starts.
 *
 * <p>Pure, given a clock and a source of random numbers: it starts no timer. Each delay is counted from now, in
 * nanoseconds, and never negative. Not thread-safe.
 */
final class ProbeSchedule {

    /** Failed connects start a probe early, but not sooner than this after the last start: at most 10 a second. */
    private static final long LEAST_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Starts vary by up to this share of the interval, so that several proxies do not probe at the same moment. */
    private static final double JITTER = 0.1;
    /**
     * Starts are rounded down to this many steps per interval: one wake-up that starts several probes costs less than
     * one wake-up for each.
     */
    private static final long STEPS = 100;

    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private int starts;
    private long started;

    /**
     * Creates a schedule without a started probe.
     *
     * @param nanoTime the clock, as {@link System#nanoTime}
     * @param random spreads the starts
     */
    ProbeSchedule(LongSupplier nanoTime, RandomGenerator random) {
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Notes that a probe starts now. */
    void start() {
        starts++;
        started = nanoTime.getAsLong();
    }

    /** Returns the time since the last start, in nanoseconds. */
    long elapsedNanos() {
        return nanoTime.getAsLong() - started;
    }

    /**
     * Returns the delay to the next probe, after the last one was answered: about an interval after its start. Backends
     * that were added together are first probed together; their second probes are spread over the interval.
     *
     * @param interval from start to start
     * @param isSettled whether the verdict is not changing; if it is, the start is neither spread nor rounded, so that
     *         the verdict comes as soon as possible
     */
    long afterAnswer(Duration interval, boolean isSettled) {
        // drawn in either case: a simulation that replays a seed depends on the number of draws
        double share = starts == 1 ? random.nextDouble() : 1 + random.nextDouble(-JITTER, JITTER);
        long nanos = interval.toNanos();
        return until(isSettled ? rounded(started + (long) (nanos * share), nanos / STEPS) : started + nanos);
    }

    /** Returns the delay to the next probe after a connection could not be made. */
    long afterFailedConnect() {
        return until(started + LEAST_GAP_NANOS);
    }

    /**
     * Returns the delay to the next probe after the interval has changed: spread over all of it.
     *
     * @param interval the new one
     */
    long afterChange(Duration interval) {
        return (long) (interval.toNanos() * random.nextDouble());
    }

    private static long rounded(long nanos, long step) {
        return nanos - Math.floorMod(nanos, step);
    }

    private long until(long start) {
        return Math.max(0, start - nanoTime.getAsLong());
    }
}
