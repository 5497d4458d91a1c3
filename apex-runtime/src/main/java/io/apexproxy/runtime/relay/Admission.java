package io.apexproxy.runtime.relay;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Decides whether one more connection may come in: by the listener's limit, the limit of all listeners together, and the
 * memory for buffers.
 *
 * <p>An acceptor that is refused holds the one connection it has just accepted and accepts no more, so that the kernel queues
 * the rest; it waits here and is tried again whenever a session ends, and at every tick of the sweeper. Any thread.
 */
final class Admission {

    private final ConnectionLimit total;
    private final BufferMemory memory;
    private final ConcurrentLinkedQueue<Acceptor> waiting = new ConcurrentLinkedQueue<>();

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
        retry();
    }

    /** Adds an acceptor that was refused; it may be resumed before this returns. */
    void await(Acceptor acceptor) {
        waiting.add(acceptor);
        retry();
    }

    /** Tries every waiting acceptor once, the one that has waited longest first. */
    void retry() {
        if (waiting.isEmpty()) {
            return;
        }
        for (int left = waiting.size(); left > 0; left--) {
            Acceptor acceptor = waiting.poll();
            if (acceptor == null) {
                return;
            }
            if (!acceptor.resume()) {
                waiting.add(acceptor);
            }
        }
    }
}
