package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * The two ends of a tunnel.
 *
 * @param client accepted
 * @param clientAddress where it comes from
 * @param backend connected
 * @param backendAddress what it is connected to
 */
public record TunnelEnds(LoopSocketChannel client, SocketAddress clientAddress, LoopSocketChannel backend,
        SocketAddress backendAddress) {

    /** Returns whether this end is connected by TCP, and not by a Unix-domain socket. */
    boolean isTcp(Side side) {
        return (side == Side.CLIENT ? clientAddress : backendAddress) instanceof InetSocketAddress;
    }
}
