package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;

/** An unconnected socket of one protocol family that reserves a descriptor. */
final class ReservedSocket implements Loop.Reserve {
    private final LoopGroup group;
    private final StandardProtocolFamily family;
    private final StreamChannel channel;

    ReservedSocket(LoopGroup group, StandardProtocolFamily family) throws IOException {
        this.group = group;
        this.family = family;
        this.channel = group.transport().newSocket(group, family);
    }

    @Override
    public LoopSocketChannel socketFor(SocketAddress address) throws IOException {
        if (Loop.family(address) == family) {
            return group.admit(channel);
        }
        close();
        return group.openSocket(address);
    }

    @Override
    public void close() {
        channel.closeSocket();
    }
}
