package io.apexproxy.runtime.pool.rotation;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * The share of one backend in its slow start, which rises linearly from {@value #LOWEST} to 1 of its full share.
 *
 * <p>Each pick of the pool adds the present share to a credit, and each connection takes 1 from it. Thread-safe.
 */
final class Ramp {

    /** The lowest part of the full share; else a pool with few connections would not use the backend at all. */
    static final double LOWEST = 0.1;
    /** The credit cannot exceed this number of connections, so that a backend that was not picked gets no burst. */
    private static final double MAX_CREDIT = 10;

    private final long startNanos;
    private final long durationNanos;
    private final double fullShare;
    @GuardedBy("this")
    private long lastPicks;
    @GuardedBy("this")
    private double credit;

    /**
     * Creates a ramp without credit.
     *
     * @param startNanos the start of the slow start
     * @param durationNanos its duration, positive
     * @param fullShare the share of all connections after it, by the weights; above 0, up to 1
     */
    Ramp(long startNanos, long durationNanos, double fullShare) {
        this.startNanos = startNanos;
        this.durationNanos = durationNanos;
        this.fullShare = fullShare;
    }

    /**
     * Returns whether the backend may take a connection, and subtracts it from the credit then.
     *
     * @param picks the number of picks in the pool so far, this one included
     * @param now the time, on the clock of the start
     */
    synchronized boolean admits(long picks, long now) {
        if (picks > lastPicks) { // else another loop with a later pick was faster
            credit = Math.min(MAX_CREDIT, credit + (picks - lastPicks) * fullShare * part(now));
            lastPicks = picks;
        }
        if (credit < 1) {
            return false;
        }
        credit--;
        return true;
    }

    /** Returns the time until the end, in nanoseconds; 0 after it. */
    long nanosLeft(long now) {
        return Math.max(0, startNanos + durationNanos - now);
    }

    private double part(long now) {
        return Math.min(1, Math.max(LOWEST, (double) (now - startNanos) / durationNanos));
    }
}
