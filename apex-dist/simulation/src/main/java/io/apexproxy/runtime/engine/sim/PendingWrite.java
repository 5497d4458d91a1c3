package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;

/** The outgoing direction of a channel. A write is attempted at once; it waits only if the last write was short. */
final class PendingWrite extends PendingTransfer {

    private boolean full;
    private boolean last;

    PendingWrite(SimulatedSocketChannel channel, SimulatedLoop loop) {
        super(channel, loop);
    }

    /** Begins a write that shuts the output down after its last byte. */
    void beginLast(ByteBuffer source, Object attachment, CompletionHandler<Integer, Object> handler) {
        last = true;
        begin(source, attachment, handler);
    }

    @Override
    int transfer(ByteBuffer source) throws IOException {
        Endpoint endpoint = channel.endpoint();
        boolean waited = full;
        int remaining = source.remaining();
        if (endpoint.isOutputShutDown() && (remaining > 0 || !last)) {
            throw new ClosedChannelException();
        }
        int written = remaining == 0 ? 0 : endpoint.write(source);
        full = written < remaining;
        if (written == 0 && full && waited) {
            return MUST_WAIT;
        }
        if (!full && last) {
            endpoint.shutdownOutput();
        }
        last = false;
        return written;
    }

    @Override
    boolean waitsFirst(ByteBuffer source) {
        return full && source.hasRemaining();
    }

    @Override
    boolean isSocketReady() {
        return channel.endpoint().isWritable();
    }
}
