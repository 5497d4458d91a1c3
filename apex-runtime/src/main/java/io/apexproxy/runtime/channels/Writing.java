package io.apexproxy.runtime.channels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;

/** The outgoing direction: tries at once, waits only where the socket's buffer was too small for the last write. */
final class Writing extends Direction {
    /** Whether the last write was short, so that another one would most likely write nothing. */
    private boolean full;

    Writing(SelectedSocketChannel channel, EventLoop loop) {
        super(channel, loop);
    }

    @Override
    int transfer(ByteBuffer source) throws IOException {
        int asked = source.remaining();
        int written = write(source);
        full = written < asked;
        if (!full) {
            channel.withdraw(SelectionKey.OP_WRITE);
        }
        return written == 0 && full ? MUST_WAIT : written;
    }

    private int write(ByteBuffer source) throws IOException {
        try {
            return channel.socket().write(source);
        } catch (AsynchronousCloseException outputIsShutDown) {
            // Nobody closes a socket during a write here; it is what SocketChannel says after shutdownOutput.
            throw new ClosedChannelException();
        }
    }

    @Override
    boolean promising(ByteBuffer source) {
        return !full || !source.hasRemaining();
    }

    @Override
    void awaitReadiness() {
        channel.await(SelectionKey.OP_WRITE);
    }

    @Override
    void unwanted() {
        full = false;
        channel.withdraw(SelectionKey.OP_WRITE);
    }
}
