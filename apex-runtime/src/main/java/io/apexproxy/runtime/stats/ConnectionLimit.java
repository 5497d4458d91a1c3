package io.apexproxy.runtime.stats;

import java.util.concurrent.atomic.AtomicInteger;

/** A changeable limit of the open connections of a backend, a listener or the proxy. Any thread. */
public final class ConnectionLimit {

    private final AtomicInteger active = new AtomicInteger();
    private volatile int max;
    /** Whether a claim was refused since the last call of {@link #wasReached}. */
    private volatile boolean refused;

    /** Creates a limit of the number of connections; 0: no limit. */
    public ConnectionLimit(int max) {
        this.max = max;
    }

    /** Changes the limit; 0: no limit. Connections that are already counted stay counted. */
    public void change(int max) {
        this.max = max;
    }

    /**
     * Counts a connection, or returns false if the limit is reached. The caller calls {@link #release} when the
     * connection ends.
     */
    public boolean claim() {
        int limit = max;
        int current;
        do { // compare-and-set, because increment and rollback would make concurrent claims fail below the limit
            current = active.get();
            if (limit != 0 && current >= limit) {
                if (!refused) { // avoids a write per refusal
                    refused = true;
                }
                return false;
            }
        } while (!active.compareAndSet(current, current + 1));
        return true;
    }

    /** Counts a connection even if the limit is reached. */
    public void claimBeyond() {
        active.incrementAndGet();
    }

    /** Removes a connection from the count. */
    public void release() {
        active.decrementAndGet();
    }

    /** Returns the number of counted connections; it can exceed a limit that was lowered. */
    public int active() {
        return active.get();
    }

    /** Returns the highest number of connections; 0: no limit. */
    public int max() {
        return max;
    }

    /** Returns whether there is a limit and the count has reached it. */
    public boolean isReached() {
        int limit = max;
        return limit != 0 && active.get() >= limit;
    }

    /** Returns whether the limit is reached or a claim was refused since the last call. For one calling thread. */
    public boolean wasReached() {
        boolean before = refused;
        if (before) {
            refused = false;
        }
        return before || isReached();
    }
}
