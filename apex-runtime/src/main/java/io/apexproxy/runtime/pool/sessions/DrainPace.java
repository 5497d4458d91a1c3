package io.apexproxy.runtime.pool.sessions;

import java.util.concurrent.TimeUnit;

/**
 * The pace at which the sessions of a backend end during a drain: evenly over its time, so that their clients do not
 * reconnect all at once. Pure.
 *
 * <p>The number of sessions that may be open falls in a straight line, from that at the start to zero at the end.
 * Sessions that end by themselves count: only the excess over the line is closed. A single session has the whole time.
 */
final class DrainPace {

    private static final long MIN_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MAX_STEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The number of steps of a drain, unless its step is at a limit. */
    private static final int STEPS = 100;

    private DrainPace() {
    }

    /**
     * Returns how many sessions have to be closed now.
     *
     * @param initial the number of sessions at the start of the drain
     * @param open the number of sessions now
     * @param elapsedNanos the time since the start
     * @param totalNanos the time of the drain; 0: all sessions are closed at once
     */
    static int excess(int initial, int open, long elapsedNanos, long totalNanos) {
        if (elapsedNanos >= totalNanos) {
            return open;
        }
        double left = (double) (totalNanos - elapsedNanos) / totalNanos;
        return Math.max(0, open - (int) Math.ceil(initial * left));
    }

    /** Returns the time between two calls of {@link #excess}, in nanoseconds. */
    static long stepNanos(long elapsedNanos, long totalNanos) {
        if (elapsedNanos >= totalNanos) {
            return MAX_STEP_NANOS; // only sessions are left whose connect was in progress
        }
        return Math.min(Math.max(totalNanos / STEPS, MIN_STEP_NANOS), MAX_STEP_NANOS);
    }
}
