package io.apexproxy.runtime.relay;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections against a limit that may change. Any thread. */
final class ConnectionLimit {

    private final AtomicInteger active = new AtomicInteger();
    private volatile int max;

    /** Creates a limit; 0 is none. */
    ConnectionLimit(int max) {
        this.max = max;
    }

    void change(int max) {
        this.max = max;
    }

    boolean claim() {
        int limit = max;
        int present;
        do { // not counted up first and down again: for that moment, others would be refused in spite of a free place
            present = active.get();
            if (limit != 0 && present >= limit) {
                return false;
            }
        } while (!active.compareAndSet(present, present + 1));
        return true;
    }

    void release() {
        active.decrementAndGet();
    }

    int active() {
        return active.get();
    }

    int max() {
        return max;
    }
}
