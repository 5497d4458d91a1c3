package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.engine.tls.HandshakeThreads;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LimitWatch;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * The TLS handshakes of all loops: the limit of those with clients, and the threads for their computations. Any thread.
 *
 * <p>A handshake at the limit waits in a queue. While one waits, listeners that terminate TLS do not admit connections.
 * Each handshake has at most one computation at a time, so the queue of the threads is bounded by the number of
 * handshakes.
 */
public final class Handshakes implements AutoCloseable {

    private final ConnectionLimit limit;
    private final LimitWatch watch = new LimitWatch("tls_handshakes");
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final Runnable freeAction;
    private Optional<ThreadPoolExecutor> threads = Optional.empty();

    private record Waiting(RelayLoop loop, Runnable start) {
    }

    /**
     * Creates the limit; no thread is started.
     *
     * @param max the number of concurrent handshakes with clients
     * @param freeAction runs, on any thread, when no handshake waits any more
     */
    public Handshakes(int max, Runnable freeAction) {
        this.limit = new ConnectionLimit(max);
        this.freeAction = freeAction;
    }

    /**
     * Claims a place for a handshake, or waits for one.
     *
     * @param loop the loop of the handshake
     * @param start runs on that loop, possibly within this call, when the place is claimed; the caller must release it
     */
    public void claim(RelayLoop loop, Runnable start) {
        if (queue.isEmpty() && limit.claim()) {
            start.run();
            return;
        }
        queue.add(new Waiting(loop, start));
        watch.reached(() -> "limit of " + limit.max() + " reached; " + queue.size() + " handshakes wait, and listeners"
                + " with TLS accept no connections meanwhile; raise tls_handshakes or limit clients with per_client");
        startWaiting();
    }

    /** Releases a place that was claimed. */
    public void release() {
        limit.release();
        if (!queue.isEmpty()) {
            startWaiting();
        }
    }

    private void startWaiting() {
        while (!queue.isEmpty() && limit.claim()) {
            Waiting next = queue.poll();
            if (next == null) {
                limit.release();
            } else {
                next.loop().execute(next.start());
            }
        }
        if (queue.isEmpty()) {
            freeAction.run();
        }
    }

    /** Returns whether handshakes wait, so that no further connection should be admitted. */
    public boolean isFull() {
        return !queue.isEmpty();
    }

    /** Returns the limit, which counts the handshakes with clients. */
    public ConnectionLimit limit() {
        return limit;
    }

    /** Returns the watch of the limit. */
    public LimitWatch watch() {
        return watch;
    }

    /** Returns the executor of computations, with a thread per processor. The threads end when they are idle. */
    synchronized Executor executor() {
        return threads.orElseGet(() -> {
            threads = Optional.of(
                    HandshakeThreads.create("apex-tls-", Runtime.getRuntime().availableProcessors()));
            return threads.get();
        });
    }

    /** Ends the threads. Call it after the loops have ended. */
    @Override
    public synchronized void close() {
        threads.ifPresent(ThreadPoolExecutor::shutdownNow);
    }
}
