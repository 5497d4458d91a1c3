package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;

/** An unconnected socket of one protocol family that reserves a descriptor. */
final class ReservedSocket implements Loop.Reserve {
    private final LoopGroup group;
    private final ProtocolFamily family;
    private final SocketChannel socket;

    ReservedSocket(LoopGroup group, ProtocolFamily family) throws IOException {
        this.group = group;
        this.family = family;
        this.socket = SocketChannel.open(family);
    }

    @Override
    public LoopSocketChannel socketFor(SocketAddress address) throws IOException {
        if (LoopGroup.family(address) == family) {
            return ((LoopProvider) group.provider()).adopt(group, family, socket);
        }
        close();
        return group.openSocket(address);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
