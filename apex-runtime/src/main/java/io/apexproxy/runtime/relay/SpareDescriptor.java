package io.apexproxy.runtime.relay;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file descriptor that is kept back. A client may be accepted with the last one there is; this one then makes the
 * connection to its backend, and nobody is accepted before there is another to keep. So whoever waits, waits in the
 * kernel's queue, instead of being accepted and turned away. Any thread.
 */
final class SpareDescriptor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final AtomicReference<SocketChannel> kept = new AtomicReference<>();

    /** Keeps a descriptor, unless one is kept already; returns whether there is one. */
    boolean restore() {
        if (kept.get() != null) {
            return true;
        }
        try {
            SocketChannel fresh = SocketChannel.open();
            if (!kept.compareAndSet(null, fresh)) {
                close(fresh);
            }
            return true;
        } catch (IOException e) {
            LOG.debug("No descriptor to spare", e);
            return false;
        }
    }

    /** Frees the descriptor for the caller; returns whether there was one. */
    boolean spend() {
        SocketChannel spent = kept.getAndSet(null);
        if (spent != null) {
            close(spent);
        }
        return spent != null;
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closing a spare descriptor", e);
        }
    }
}
