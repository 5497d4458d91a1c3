package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * The incoming direction of a channel. A read waits for readiness; the interest stays set from one read to the next.
 *
 * <p>If the channel becomes ready while no read is pending, the interest is removed; otherwise the selector would
 * report it in every turn. Reads are then attempted at once. A read that finds no bytes sets the interest again.
 */
final class ReadHalf extends HalfChannel {
    /** Whether the selector has reported readiness and no later read has found the socket empty. */
    private boolean known;
    /** Whether the last read filled its buffer, so that the next read will most likely fill it too. */
    private boolean filled;

    ReadHalf(SelectedSocketChannel channel) {
        super(channel);
    }

    @Override
    int transfer(ByteBuffer target) throws IOException {
        if (target == null) {
            return known ? 0 : MUST_WAIT;
        }
        int read = channel.socket().read(target);
        filled = !target.hasRemaining();
        if (read < 0) {
            // the socket stays readable at the end of the stream; another read needs no interest
            disarm();
            return read;
        }
        channel.eventLoop().received(read);
        if (channel.isAwaiting(SelectionKey.OP_READ)) {
            known = false;
        }
        return read == 0 && !filled ? MUST_WAIT : read;
    }

    @Override
    boolean tryFirst(ByteBuffer target) {
        // A wait for readiness completes only when the selector has reported it.
        return target != null && (known || !target.hasRemaining());
    }

    @Override
    boolean isBulk() {
        return filled;
    }

    @Override
    void awaitReadiness() {
        known = false;
        channel.await(SelectionKey.OP_READ);
    }

    @Override
    void ready() {
        known = true;
        super.ready();
    }

    @Override
    void disarm() {
        known = true;
        channel.withdraw(SelectionKey.OP_READ);
    }
}
