package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectionKey;

/**
 * The outgoing direction of a channel. A write is attempted at once; it waits only if the last write was short.
 */
final class WriteHalf extends HalfChannel {
    /** Whether the last write was short, so that another write will most likely write nothing. */
    private boolean full;
    /** Whether a half-close follows the bytes of the pending write. */
    private boolean last;

    WriteHalf(SelectedSocketChannel channel) {
        super(channel);
    }

    /** Begins a write that shuts the output down after its last byte. */
    void beginLast(ByteBuffer source, Object attachment, CompletionHandler<Integer, Object> handler) {
        last = true;
        begin(source, attachment, handler);
    }

    @Override
    int transfer(ByteBuffer source) throws IOException {
        boolean waited = full;
        int remaining = source.remaining();
        int written = last && remaining == 0 ? 0 : write(source);
        full = written < remaining;
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

    /** Returns true: only a write after a short one waits for readiness. */
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
