package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.net.SocketAddress;

/**
 * A connection that was accepted and admitted.
 *
 * @param client the channel
 * @param listenAddress the address of the socket that has accepted it; its port may be open
 * @param nanos when it was accepted, in nanoseconds of {@code nanoTime} of its loop
 * @param waitedNanos how long it was held at a limit, in nanoseconds; 0: it was not held
 */
public record Accepted(LoopSocketChannel client, SocketAddress listenAddress, long nanos,
        long waitedNanos) {
}
