package io.apexproxy.runtime.engine.sim;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The incoming direction of a channel. The seed decides whether a read is attempted at once or in the next turn. */
final class PendingRead extends PendingTransfer {

    PendingRead(SimulatedSocketChannel channel, SimulatedLoop loop) {
        super(channel, loop);
    }

    @Override
    int transfer(ByteBuffer target) throws IOException {
        if (target == null) {
            return isSocketReady() ? 0 : MUST_WAIT;
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        int read = channel.endpoint().read(target);
        if (read > 0) {
            loop.received(read);
        }
        return read == 0 ? MUST_WAIT : read;
    }

    @Override
    boolean waitsFirst(ByteBuffer target) {
        return (target == null || target.hasRemaining()) && loop.process().simulation().oneIn(2);
    }

    @Override
    boolean isSocketReady() {
        return channel.endpoint().isReadable();
    }
}
