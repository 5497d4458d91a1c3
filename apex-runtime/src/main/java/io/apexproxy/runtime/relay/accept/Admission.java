package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.stats.ConnectionLimit;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Decides whether one more connection is admitted: by the limit of its listener and that of all listeners together.
 *
 * <p>A connection that is refused waits here. It is tried again whenever a session ends and whenever a limit changes.
 * Any thread.
 */
public final class Admission {

    private final ConnectionLimit total;
    private final ConcurrentLinkedQueue<BooleanSupplier> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger releases = new AtomicInteger();

    /**
     * Creates an admission that has admitted no connection.
     *
     * @param maxConnections over all listeners; 0: no limit
     */
    public Admission(int maxConnections) {
        this.total = new ConnectionLimit(maxConnections);
    }

    /** Returns the limit of all listeners together. */
    public ConnectionLimit total() {
        return total;
    }

    /** Returns how many connections wait, including any that are being tried at this moment. */
    public int waiting() {
        return waiting.get();
    }

    boolean claim(Listener listener) {
        if (!listener.limit().claim()) {
            return false;
        }
        if (total.claim()) {
            return true;
        }
        listener.limit().release();
        return false;
    }

    /** Releases what a session had claimed, and tries the connections that wait. */
    public void release(Listener listener) {
        listener.limit().release();
        total.release();
        releases.incrementAndGet();
        retry();
    }

    /**
     * Adds a connection that was refused; it may be admitted before this returns.
     *
     * @param attempt tries again, called by any thread, one at a time; returns whether it need not wait any longer
     */
    void await(BooleanSupplier attempt) {
        waiting.incrementAndGet();
        queue.add(attempt);
        retry();
    }

    /** Tries each connection that waits once, the one that has waited longest first. */
    public void retry() {
        int before;
        do { // again if a session ended meanwhile: its thread could not see the connection that was being tried here
            before = releases.get();
            for (int left = queue.size(); left > 0; left--) {
                BooleanSupplier attempt = queue.poll();
                if (attempt == null) {
                    break;
                }
                if (attempt.getAsBoolean()) {
                    waiting.decrementAndGet();
                } else {
                    queue.add(attempt);
                }
            }
        } while (before != releases.get() && !queue.isEmpty());
    }
}
