package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file descriptor reserved for a connection to a backend. It is used if a client was accepted with the last free
 * descriptor. The loop accepts no further client before a new spare is reserved, so that clients wait in the kernel's
 * queue. Any thread.
 *
 * <p>The spare is an open socket that is reused directly. Closing it and opening another would race with other threads
 * for the freed descriptor.
 */
final class SpareDescriptor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final Loop loop;
    private final AtomicReference<Loop.Reserve> reserved = new AtomicReference<>();
    /** An address of the kind that was connected to last. The spare socket is opened for this kind. */
    private volatile SocketAddress lastAddress = new InetSocketAddress("127.0.0.1", 0);

    SpareDescriptor(Loop loop) {
        this.loop = loop;
    }

    /** Reserves a descriptor, unless one is reserved already. Returns whether one is reserved. */
    boolean reserve() {
        if (reserved.get() != null) {
            return true;
        }
        try {
            Loop.Reserve fresh = loop.reserve(lastAddress);
            if (!reserved.compareAndSet(null, fresh)) {
                fresh.close();
            }
            return true;
        } catch (IOException e) {
            LOG.debug("no descriptor left for a spare", e);
            return false;
        }
    }

    /** Takes the spare as a socket that can connect to an address of this kind; empty if none is reserved. */
    Optional<LoopSocketChannel> take(SocketAddress address) throws IOException {
        Loop.Reserve taken = reserved.getAndSet(null);
        if (taken == null) {
            return Optional.empty();
        }
        lastAddress = address;
        return Optional.of(taken.socketFor(address));
    }

    void close() throws IOException {
        Loop.Reserve last = reserved.getAndSet(null);
        if (last != null) {
            last.close();
        }
    }
}
