package io.apexproxy.runtime.relay.loop;

import java.util.concurrent.TimeUnit;

/**
 * The time that the process has been running, in nanoseconds since an arbitrary moment. One thread.
 *
 * <p>It follows the loop's clock, also under load, so a timeout does not take longer than configured. Only a gap of
 * more than {@link #MAX_STEP_NANOS} between two readings means that the process was suspended; the excess does not
 * count, so that no connection is closed for time in which it could not be served. A loop with sessions therefore reads
 * this clock at least every {@link #HEARTBEAT_MILLIS}.
 */
final class RunningClock {

    /**
     * The longest time between two readings while the process runs. Half of the largest step: a late one counts too.
     */
    static final long HEARTBEAT_MILLIS = 1_000;
    /** What a longer gap counts. */
    static final long MAX_STEP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private long lastReading;
    private long running;

    /**
     * Creates a clock at 0.
     *
     * @param nanoTime the present time of the loop, in nanoseconds
     */
    RunningClock(long nanoTime) {
        lastReading = nanoTime;
    }

    /**
     * Returns the running time.
     *
     * @param nanoTime a time of the loop, in nanoseconds; it may be a little before the last reading
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
