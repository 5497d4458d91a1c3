package io.apexproxy.runtime.engine.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
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

    WriteHalf(StreamChannel channel) {
        super(channel);
    }

    /** Begins a write that shuts the output down after its last byte. */
    void beginLast(ByteBuffer source, Object attachment, CompletionHandler<Integer, Object> handler) {
        last = true;
        begin(source, attachment, handler);
    }

    @Override
    int transfer(ByteBuffer source) throws IOException {
        if (source == null) {
            return full ? MUST_WAIT : 0;
        }
        boolean waited = full;
        int remaining = source.remaining();
        int written = channel.send(source, last);
        if (written == MUST_WAIT) {
            return MUST_WAIT;
        }
        full = written < remaining;
        if (written == 0 && full && waited) {
            return MUST_WAIT;
        }
        if (!full) {
            channel.withdraw(SelectionKey.OP_WRITE);
        }
        last = false;
        return written;
    }

    @Override
    boolean tryFirst(ByteBuffer source) {
        return !full || (source != null && !source.hasRemaining());
    }

    void recordSent(boolean isFull) {
        full = isFull;
    }

    @Override
    void ready() {
        if (isAwaitingRoom()) {
            full = false;
        }
        super.ready();
    }

    /** Returns true for a write that waits for readiness: it follows a short one. */
    @Override
    boolean isBulk() {
        return !channel.isSendComplete();
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
