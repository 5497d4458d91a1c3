package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acknowledgement that completes the handshake of a new connection, deferred until the first read or write.
 *
 * <p>A server accepts a connection when this acknowledgement arrives. If a reset arrives instead, the kernel of the
 * server discards the connection, and the server does not notice it. MariaDB, for example, counts each connection that
 * it accepts and that ends without a handshake of its protocol, and blocks the host after {@code max_connect_errors} of
 * them. The kernel defers the acknowledgement by at most 200 ms. Never throws. On the loop's thread only.
 */
final class DeferredAck {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private DeferredAck() {
    }

    /** Defers the acknowledgement of a channel that is not connected yet, if the system supports it. */
    static void begin(LoopSocketChannel channel) {
        quickAck(channel, false);
    }

    /** Sends a deferred acknowledgement. */
    static void end(LoopSocketChannel channel) {
        quickAck(channel, true);
    }

    private static void quickAck(LoopSocketChannel channel, boolean enabled) {
        if (channel.isTcp() && channel.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
            try {
                channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, enabled);
            } catch (IOException e) { // closed or broken, which the next operation detects
                LOG.debug("failed to set TCP_QUICKACK", e);
            }
        }
    }
}
