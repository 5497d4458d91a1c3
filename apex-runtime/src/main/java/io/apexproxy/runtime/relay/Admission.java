package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.stats.ConnectionLimit;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Decides whether one more connection may come in: by the listener's limit, the limit of all listeners together, and
 * the memory for buffers.
 *
 * <p>An acceptor that is refused holds the one connection it has just accepted and accepts no more, so that the kernel
 * queues the rest; it waits here and is tried again whenever a session ends, and at every tick of a loop. Any thread.
 */
final class Admission {

    private final ConnectionLimit total;
    private final BufferMemory memory;
    private final ConcurrentLinkedQueue<BooleanSupplier> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger releases = new AtomicInteger();

    Admission(int maxConnections, BufferMemory memory) {
        this.total = new ConnectionLimit(maxConnections);
        this.memory = memory;
    }

    ConnectionLimit total() {
        return total;
    }

    boolean claim(Listener listener) {
        if (memory.exhausted() || !listener.limit().claim()) {
            return false;
        }
        if (total.claim()) {
            return true;
        }
        listener.limit().release();
        return false;
    }

    void release(Listener listener) {
        listener.limit().release();
        total.release();
        releases.incrementAndGet();
        retry();
    }

    /**
     * Lets somebody wait who was refused; it may be resumed before this returns.
     *
     * @param resume tries again, called by any thread, one at a time; returns whether it need not wait any longer
     */
    void await(BooleanSupplier resume) {
        waiting.add(resume);
        retry();
    }

    /** Tries everybody who waits once, the one that has waited longest first. */
    void retry() {
        int before;
        do { // again if a connection ended meanwhile: its thread could not see whoever was being tried here
            before = releases.get();
            for (int left = waiting.size(); left > 0; left--) {
                BooleanSupplier resume = waiting.poll();
                if (resume != null && !resume.getAsBoolean()) {
                    waiting.add(resume);
                }
            }
        } while (before != releases.get() && !waiting.isEmpty());
    }
}
