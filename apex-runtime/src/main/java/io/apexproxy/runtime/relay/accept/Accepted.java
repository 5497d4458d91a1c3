package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.net.SocketAddress;

/**
 * A connection that was accepted and admitted.
 *
 * @param client the channel of the client
 * @param listenAddress the requested address of the listening socket; its port can be 0
 * @param nanos when the connection was accepted, in {@code nanoTime} of its loop
 * @param waitedNanos how long the connection was held at a limit, in nanoseconds; 0: it was not held
 */
public record Accepted(LoopSocketChannel client, SocketAddress listenAddress, long nanos, long waitedNanos) {
}
