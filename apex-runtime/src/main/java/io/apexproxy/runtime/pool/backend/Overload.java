package io.apexproxy.runtime.pool.backend;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The assumption that the accept queue of a backend is full, because it has not answered the first SYN of a connect.
 * Searches prefer other backends meanwhile. It expires by itself. Thread-safe.
 *
 * <p>A kernel whose accept queue is full drops a SYN, and the client repeats it after 1 s (RFC 6298, section 2). So a
 * connect that has taken longer has lost its first SYN, or the round trip takes longer than 1 s.
 */
public final class Overload {

    /** How long a connect waits for the answer to its first SYN, and how long the assumption holds. In nanoseconds. */
    public static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The end of the last assumption; 0 if there was none. */
    private volatile long until;

    Overload() {
    }

    /**
     * Assumes an overload from now on.
     *
     * @param nanoTime the current time, as {@link System#nanoTime}
     */
    public void assume(long nanoTime) {
        until = nanoTime + NANOS | 1; // never 0
    }

    /**
     * Returns whether an overload is assumed now.
     *
     * @param nanoTime the clock, which is read only if an overload was assumed before
     */
    public boolean isAssumed(LongSupplier nanoTime) {
        long end = until;
        return end != 0 && nanoTime.getAsLong() - end < 0;
    }
}
