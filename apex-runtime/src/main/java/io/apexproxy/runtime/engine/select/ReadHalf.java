package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * The incoming direction: waits for readiness with the interest armed from one read to the next.
 *
 * <p>If readiness comes while no read is pending, the interest is withdrawn, or the selector would report it in every
 * turn. From then on reads are tried at once until one finds nothing; that one arms the interest again.
 */
final class ReadHalf extends HalfChannel {
    /** Whether readiness was reported and, as far as is known, not used up. */
    private boolean known;
    /** Whether the last read filled its buffer: there is most likely more than the next one can take. */
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
            // The end of the stream stays readable; another read finds it again without the selector's help.
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
