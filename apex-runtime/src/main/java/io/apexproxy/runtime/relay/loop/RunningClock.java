package io.apexproxy.runtime.relay.loop;

import java.util.concurrent.TimeUnit;

/**
 * A clock of the running time: nanoseconds since an arbitrary moment, without the time of a suspended process. One
 * thread.
 *
 * <p>Each reading advances the clock by at most {@link #MAX_STEP_NANOS}. A longer gap means that the process was
 * suspended; the excess does not count towards timeouts. A loop with sessions reads the clock at least every
 * {@link #HEARTBEAT_MILLIS}, so that all other time counts, also under load.
 */
final class RunningClock {

    /**
     * The longest interval between two readings. Half of the largest step, so that a late reading counts fully.
     */
    static final long HEARTBEAT_MILLIS = 1_000;
    /** The largest step between two readings. */
    static final long MAX_STEP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private long lastReading;
    private long running;

    /** Creates a clock at 0. The current time is that of the loop's clock, in nanoseconds. */
    RunningClock(long nanoTime) {
        lastReading = nanoTime;
    }

    /**
     * Returns the running time for a time of the loop's clock, in nanoseconds, which can be slightly before the last
     * reading.
     */
    long at(long nanoTime) {
        long gap = nanoTime - lastReading;
        if (gap != 0) {
            lastReading = nanoTime;
            running += Math.min(gap, MAX_STEP_NANOS);
        }
        return running;
    }
}
