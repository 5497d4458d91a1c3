package io.apexproxy.runtime.relay;

import java.util.concurrent.TimeUnit;

/**
 * Milliseconds since some moment, as fresh as its loop's last tick: costs a field read, where asking the system would
 * cost more than the rest of a pump's bookkeeping.
 *
 * <p>It never goes forward by more than {@link #MOST_BEHIND_MILLIS} at once. If a tick comes later than that, the
 * process stood still or starved, or the loop had nothing to tick for, and time that nobody could use is nobody's
 * fault: it does not count. So a reading is never further behind than that, and a timeout that allows for it is never
 * early.
 */
final class CoarseClock {

    /** From tick to tick: how late a timeout may come in addition. */
    static final long TICK_MILLIS = 50;
    /** How old a reading may be: a tick, and one more for a thread that was woken late. */
    static final long MOST_BEHIND_MILLIS = 2 * TICK_MILLIS;

    private long lastTick = now();
    private volatile long millis;

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Goes forward; one thread at a time. */
    long tick() {
        long now = now();
        long next = millis + Math.min(now - lastTick, MOST_BEHIND_MILLIS);
        lastTick = now;
        millis = next;
        return next;
    }

    long millis() {
        return millis;
    }
}
