package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.net.SocketAddress;

/**
 * A connection that was accepted and admitted.
 *
 * @param client the channel
 * @param listenAddress the address of the socket that has accepted it; its port may be open
 * @param nanos when it was accepted, in nanoseconds of {@code nanoTime} of its loop
 */
public record Accepted(LoopSocketChannel client, SocketAddress listenAddress, long nanos) {
}
