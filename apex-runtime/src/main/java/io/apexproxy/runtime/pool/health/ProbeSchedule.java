package io.apexproxy.runtime.pool.health;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Computes the start of the next probe of one backend.
 *
 * <p>Pure except for a clock and a source of random numbers; it starts no timer. Delays are in nanoseconds from now,
 * and never negative. Not thread-safe.
 */
final class ProbeSchedule {

    /** The minimum time between two starts if failed connects start probes early: at most 10 probes per second. */
    private static final long MIN_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** The share of the interval by which starts vary, so that several proxies do not probe at the same moment. */
    private static final double JITTER = 0.1;
    /** Starts are rounded down to this many steps per interval, so that one wake-up starts several probes. */
    private static final long STEPS = 100;

    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private int starts;
    private long started;

    /** Creates a schedule before the first probe. The random numbers spread the starts. */
    ProbeSchedule(LongSupplier nanoTime, RandomGenerator random) {
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Records that a probe starts now. */
    void start() {
        starts++;
        started = nanoTime.getAsLong();
    }

    /** Returns the time since the last start, in nanoseconds. */
    long elapsedNanos() {
        return nanoTime.getAsLong() - started;
    }

    /**
     * Returns the delay to the next probe after the result of the last one: about one interval after its start. The
     * first probes of a pool start together; the second ones are spread over the interval, at least one step of the
     * rounding after the first.
     *
     * @param interval the time from start to start
     * @param isSettled whether the verdict is not about to change; if false, the start is neither spread nor rounded,
     *     so that the verdict is known as soon as possible
     */
    long afterResult(Duration interval, boolean isSettled) {
        // drawn in both cases, because a simulation that replays a seed depends on the number of draws
        double share = starts == 1 ? random.nextDouble() : 1 + random.nextDouble(-JITTER, JITTER);
        long nanos = interval.toNanos();
        long step = nanos / STEPS;
        long next = started + (long) (nanos * share);
        return until(isSettled ? Math.max(next - Math.floorMod(next, step), started + step) : started + nanos);
    }

    /** Returns the delay to the next probe after a failed connect. */
    long afterFailedConnect() {
        return until(started + MIN_GAP_NANOS);
    }

    /**
     * Returns the delay to the next probe after a change to this interval. Delays are spread over the whole interval.
     */
    long afterChange(Duration interval) {
        return (long) (interval.toNanos() * random.nextDouble());
    }

    private long until(long start) {
        return Math.max(0, start - nanoTime.getAsLong());
    }
}
