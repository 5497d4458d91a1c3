package io.apexproxy.runtime.log;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one log line pass every five seconds, so that a fault that repeats a thousand times a second stays readable. */
public final class LogThrottle {

    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong next = new AtomicLong(System.nanoTime());

    /** Creates a throttle that lets the first line pass at once. */
    public LogThrottle() {
    }

    /**
     * Tells whether a line may be written now. Any thread.
     *
     * @return true for one caller per period
     */
    public boolean permits() {
        long now = System.nanoTime();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + PERIOD_NANOS);
    }
}
