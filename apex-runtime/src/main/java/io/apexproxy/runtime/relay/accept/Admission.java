package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.relay.loop.Handshakes;
import io.apexproxy.runtime.stats.ConnectionLimit;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The admission of connections, by the limit of a listener and the limit of all listeners together.
 *
 * <p>A connection at a limit waits in a queue. It is retried when a session ends or a limit changes. Any thread.
 */
public final class Admission {

    private final ConnectionLimit total;
    private final Handshakes handshakes;
    private final ConcurrentLinkedQueue<BooleanSupplier> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger releases = new AtomicInteger();

    /**
     * Creates an admission without connections.
     *
     * @param maxConnections the limit over all listeners; 0: no limit
     * @param tlsHandshakes the limit of concurrent TLS handshakes with clients
     */
    public Admission(int maxConnections, int tlsHandshakes) {
        this.total = new ConnectionLimit(maxConnections);
        this.handshakes = new Handshakes(tlsHandshakes, this::retry);
    }

    /** Returns the limit of all listeners together. */
    public ConnectionLimit total() {
        return total;
    }

    /** Returns the TLS handshakes; while some wait, listeners with TLS admit no connection. */
    public Handshakes handshakes() {
        return handshakes;
    }

    /** Returns the number of waiting connections, including those in a retry. */
    public int waiting() {
        return waiting.get();
    }

    /** Claims a place for a connection of a listener. Returns whether both limits permit it. */
    boolean claim(Listener listener) {
        if ((listener.routing().tls().isPresent() && handshakes.isFull()) || !listener.limit().claim()) {
            return false;
        }
        if (total.claim()) {
            return true;
        }
        listener.limit().release();
        return false;
    }

    /** Releases the place of a session and retries the waiting connections. */
    public void release(Listener listener) {
        listener.limit().release();
        total.release();
        releases.incrementAndGet();
        retry();
    }

    /**
     * Adds a connection at a limit to the queue. It can be admitted before this method returns.
     *
     * @param attempt retries the claim; called on any thread, never concurrently; returns whether the wait is over
     */
    void await(BooleanSupplier attempt) {
        waiting.incrementAndGet();
        queue.add(attempt);
        retry();
    }

    /** Retries each waiting connection once, the longest-waiting first. */
    public void retry() {
        int before;
        do { // again after a concurrent release, whose thread did not see the connection that was polled here
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
