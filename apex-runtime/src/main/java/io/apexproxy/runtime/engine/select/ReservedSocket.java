package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;

/** An unconnected socket of one protocol family that reserves a descriptor. */
final class ReservedSocket implements Loop.Reserve {
    private final LoopGroup group;
    private final StandardProtocolFamily family;
    private final SocketChannel socket;

    ReservedSocket(LoopGroup group, StandardProtocolFamily family) throws IOException {
        this.group = group;
        this.family = family;
        this.socket = SocketChannel.open(family);
    }

    @Override
    public LoopSocketChannel socketFor(SocketAddress address) throws IOException {
        if (Loop.family(address) == family) {
            return group.adopt(socket, family == StandardProtocolFamily.UNIX, false);
        }
        close();
        return group.openSocket(address);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
