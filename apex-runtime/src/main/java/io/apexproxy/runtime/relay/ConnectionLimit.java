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
        if (active.incrementAndGet() <= limit || limit == 0) {
            return true;
        }
        active.decrementAndGet();
        return false;
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
