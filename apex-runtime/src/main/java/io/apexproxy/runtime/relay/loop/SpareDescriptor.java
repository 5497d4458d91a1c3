package io.apexproxy.runtime.relay.loop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file descriptor that is kept back. A client may be accepted with the last one there is; this one then makes the
 * connection to its backend, and nobody is accepted before there is another to keep. So whoever waits, waits in the
 * kernel's queue, instead of being accepted and turned away. Any thread.
 *
 * <p>It is a socket already. One that were closed to make room for another would be open to a race: whoever else opens
 * something in this very moment, another loop or a health check, would get the descriptor.
 */
final class SpareDescriptor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final Loop loop;
    private final AtomicReference<Loop.Reserve> kept = new AtomicReference<>();
    /** Of the kind that was needed the last time. */
    private volatile SocketAddress likely = new InetSocketAddress("127.0.0.1", 0);

    SpareDescriptor(Loop loop) {
        this.loop = loop;
    }

    /** Keeps a descriptor, unless one is kept already; returns whether there is one. */
    boolean restore() {
        if (kept.get() != null) {
            return true;
        }
        try {
            Loop.Reserve fresh = loop.reserve(likely);
            if (!kept.compareAndSet(null, fresh)) {
                fresh.close();
            }
            return true;
        } catch (IOException e) {
            LOG.debug("No descriptor to spare", e);
            return false;
        }
    }

    /** Makes the descriptor a socket to connect to an address of this kind; empty if none is kept. */
    Optional<LoopSocketChannel> spend(SocketAddress address) throws IOException {
        Loop.Reserve spent = kept.getAndSet(null);
        if (spent == null) {
            return Optional.empty();
        }
        likely = address;
        return Optional.of(spent.socketFor(address));
    }

    void close() throws IOException {
        Loop.Reserve last = kept.getAndSet(null);
        if (last != null) {
            last.close();
        }
    }
}
