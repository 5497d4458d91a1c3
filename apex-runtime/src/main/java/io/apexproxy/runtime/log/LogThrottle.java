package io.apexproxy.runtime.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A throttle that permits one log line per period, so that frequent faults do not fill the log. */
public final class LogThrottle {

    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

    private final long periodNanos;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    /** Creates a throttle that permits the first line at once and then one line every five seconds. */
    public LogThrottle() {
        this(DEFAULT_PERIOD);
    }

    /**
     * Creates a throttle that permits the first line at once.
     *
     * @param period the minimum time between two permitted lines
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
