package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;

/** A descriptor that is reserved for a socket of one protocol family. */
final class SimulatedReserve implements Loop.Reserve {

    private final SimulatedLoop loop;
    private final StandardProtocolFamily family;
    private boolean used;

    SimulatedReserve(SimulatedLoop loop, SocketAddress address) {
        this.loop = loop;
        this.family = family(address);
    }

    private static StandardProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        return address instanceof InetSocketAddress internet && internet.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    @Override
    public LoopSocketChannel socketFor(SocketAddress address) throws IOException {
        if (family(address) == family) {
            use();
            return loop.adopt(address);
        }
        close();
        return loop.openSocket(address);
    }

    @Override
    public void close() {
        use();
        loop.process().closeDescriptor();
    }

    private void use() {
        if (used) {
            throw new IllegalStateException("a reserve was used twice");
        }
        used = true;
    }
}
