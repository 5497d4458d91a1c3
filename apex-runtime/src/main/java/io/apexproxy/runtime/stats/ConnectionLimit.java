package io.apexproxy.runtime.stats;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections against a limit that may change: those of a backend, of a listener, or all. Any thread. */
public final class ConnectionLimit {

    private final AtomicInteger active = new AtomicInteger();
    private volatile int max;
    /** Whether a claim was refused since it was asked last. */
    private volatile boolean refused;

    /**
     * Creates a limit.
     *
     * @param max how many connections there may be; 0: no limit
     */
    public ConnectionLimit(int max) {
        this.max = max;
    }

    /**
     * Changes the limit. Connections that are counted already stay.
     *
     * @param max how many connections there may be; 0: no limit
     */
    public void change(int max) {
        this.max = max;
    }

    /**
     * Counts one more connection, if there is a place for it; {@link #release} gives the place back.
     *
     * @return whether there was one
     */
    public boolean claim() {
        int limit = max;
        int present;
        do { // not counted up first and down again: for that moment, others would be refused in spite of a free place
            present = active.get();
            if (limit != 0 && present >= limit) {
                if (!refused) { // at the limit, a read is all that this costs
                    refused = true;
                }
                return false;
            }
        } while (!active.compareAndSet(present, present + 1));
        return true;
    }

    /** Counts one connection less. */
    public void release() {
        active.decrementAndGet();
    }

    /** Returns the connections that are counted now; where the limit was lowered, they may be more than it. */
    public int active() {
        return active.get();
    }

    /** Returns how many connections there may be; 0: no limit. */
    public int max() {
        return max;
    }

    /** Returns whether there is a limit, and no place below it. */
    public boolean isReached() {
        int limit = max;
        return limit != 0 && active.get() >= limit;
    }

    /** Returns whether the limit is reached, or has refused a claim since the last call. For one caller. */
    public boolean wasReached() {
        boolean before = refused;
        if (before) {
            refused = false;
        }
        return before || isReached();
    }
}
