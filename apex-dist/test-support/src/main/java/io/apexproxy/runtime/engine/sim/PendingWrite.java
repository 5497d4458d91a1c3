package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;

/** The outgoing direction: tries at once, and waits only where the write before was short. */
final class PendingWrite extends PendingTransfer {

    private boolean full;
    private boolean last;

    PendingWrite(SimulatedSocketChannel channel, SimulatedLoop loop) {
        super(channel, loop);
    }

    /** Begins a write after whose last byte the output is shut down. */
    void beginLast(ByteBuffer source, Object attachment, CompletionHandler<Integer, Object> handler) {
        last = true;
        begin(source, attachment, handler);
    }

    @Override
    int transfer(ByteBuffer source) throws IOException {
        Endpoint endpoint = channel.endpoint();
        boolean waited = full;
        int asked = source.remaining();
        if (endpoint.isOutputShut() && (asked > 0 || !last)) {
            throw new ClosedChannelException();
        }
        int written = asked == 0 ? 0 : endpoint.write(source);
        full = written < asked;
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
