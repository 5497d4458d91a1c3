package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;

/** A descriptor that is reserved for a socket of one protocol family. */
final class SimulatedReserve implements Loop.Reserve {

    private final SimulatedLoop loop;
    private final StandardProtocolFamily family;
    private boolean used;

    SimulatedReserve(SimulatedLoop loop, SocketAddress address) {
        this.loop = loop;
        this.family = Loop.family(address);
    }

    @Override
    public LoopSocketChannel socketFor(SocketAddress address) throws IOException {
        if (Loop.family(address) == family) {
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
