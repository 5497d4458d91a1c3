package io.apexproxy.runtime.pool;

import java.util.concurrent.TimeUnit;

/**
 * The ejections of one backend: when the next one is due, and how long it lasts.
 *
 * <p>The n-th ejection lasts n times {@link #BASE_NANOS}, at most {@link #MAX_NANOS}, as in Envoy. Time in rotation
 * reduces n again. Pure: no clock, no thread.
 */
final class Ejection {

    /** The duration of a first ejection; the default of Envoy. */
    static final long BASE_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** The longest ejection; the default of Envoy. */
    static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(300);

    private int streak;
    private long lastBytes = -1;
    private int ejections;
    private long lastEnd;

    /**
     * Counts a failed connection.
     *
     * @param bytes total number of bytes from the backend; an increase since the last call begins a new streak
     * @param threshold failed connections in a row that eject a backend, at least 1
     * @return whether the backend is to be ejected
     */
    boolean isDue(long bytes, int threshold) {
        streak = bytes == lastBytes ? streak + 1 : 1;
        lastBytes = bytes;
        return streak >= threshold;
    }

    /** Returns the number of failed connections in a row. */
    int streak() {
        return streak;
    }

    /** Begins an ejection. Returns its duration in nanoseconds. */
    long begin(long now) {
        long served = ejections == 0 ? 0 : (now - lastEnd) / BASE_NANOS;
        ejections = (int) Math.max(0, ejections - served) + 1;
        long duration = Math.min(MAX_NANOS, ejections * BASE_NANOS);
        lastEnd = now + duration;
        streak = 0;
        return duration;
    }
}
