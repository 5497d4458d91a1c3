package io.apexproxy.runtime.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Limits a log line to one per period, so that a fault that repeats a thousand times a second stays readable. */
public final class LogThrottle {

    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

    private final long periodNanos;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    /** Creates a throttle that permits the first line at once, and then one every five seconds. */
    public LogThrottle() {
        this(DEFAULT_PERIOD);
    }

    /**
     * Creates a throttle that permits the first line at once.
     *
     * @param period from one permitted line to the next, at least
     */
    public LogThrottle(Duration period) {
        this.periodNanos = period.toNanos();
    }

    /**
     * Returns whether a line may be written now. Any thread.
     *
     * @return true for one caller per period
     */
    public boolean permits() {
        long now = System.nanoTime();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + periodNanos);
    }
}
