package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectionKey;

/**
 * The outgoing direction: tries at once, and waits only where the last write did not find room for all of its bytes.
 */
final class WriteHalf extends HalfChannel {
    /** Whether the last write was short, so that another one would most likely write nothing. */
    private boolean full;
    /** Whether a half-close follows the bytes of the pending write. */
    private boolean last;

    WriteHalf(SelectedSocketChannel channel) {
        super(channel);
    }

    /** Begins a write after whose last byte the output is shut down. */
    void beginLast(ByteBuffer source, Object attachment, CompletionHandler<Integer, Object> handler) {
        last = true;
        begin(source, attachment, handler);
    }

    @Override
    int transfer(ByteBuffer source) throws IOException {
        boolean waited = full;
        int asked = source.remaining();
        int written = last && asked == 0 ? 0 : write(source);
        full = written < asked;
        if (written == 0 && full && waited) {
            return MUST_WAIT;
        }
        if (!full) {
            channel.withdraw(SelectionKey.OP_WRITE);
            if (last) {
                channel.socket().shutdownOutput();
            }
        }
        last = false;
        return written;
    }

    private int write(ByteBuffer source) throws IOException {
        try {
            return channel.socket().write(source);
        } catch (AsynchronousCloseException outputIsShutDown) {
            // No other thread closes a socket during a write; SocketChannel throws this after shutdownOutput.
            throw new ClosedChannelException();
        }
    }

    @Override
    boolean tryFirst(ByteBuffer source) {
        return !full || !source.hasRemaining();
    }

    /** Only a write that did not find room waits for readiness. */
    @Override
    boolean isBulk() {
        return true;
    }

    @Override
    void awaitReadiness() {
        channel.await(SelectionKey.OP_WRITE);
    }

    @Override
    void disarm() {
        full = false;
        channel.withdraw(SelectionKey.OP_WRITE);
    }
}
