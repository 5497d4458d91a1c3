package io.apexproxy.runtime.engine.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * The incoming direction of a channel. A read waits for readiness; the interest stays set from one read to the next.
 *
 * <p>If the channel becomes ready while no read is pending, the events are stopped; otherwise a selector would report
 * it in every turn. Reads are then attempted at once. A read that finds no bytes requests an event again.
 */
final class ReadHalf extends HalfChannel {
    /** Whether the channel was ready and no later read has found the socket empty. */
    private boolean known;
    /** Whether the last read filled its buffer, so that the next read will most likely fill it too. */
    private boolean filled;

    ReadHalf(StreamChannel channel) {
        super(channel);
    }

    @Override
    int transfer(ByteBuffer target) throws IOException {
        if (target == null) {
            return known ? 0 : MUST_WAIT;
        }
        int read = channel.receive(target);
        filled = !target.hasRemaining();
        if (read < 0) {
            // the socket stays readable at the end of the stream; another read needs no event
            disarm();
            return read;
        }
        channel.eventLoop().received(read);
        if (channel.isAwaitingRead()) {
            known = false;
        }
        return read == 0 && !filled ? MUST_WAIT : read;
    }

    void recordReceived(int count, boolean isFilled) {
        filled = isFilled;
        known = false;
        channel.eventLoop().received(count);
    }

    @Override
    boolean tryFirst(ByteBuffer target) {
        // A wait for readiness completes only after an event or in the bulk queue.
        return target != null && (known || !target.hasRemaining());
    }

    @Override
    boolean isBulk() {
        return filled;
    }

    @Override
    void awaitReadiness() {
        known = channel.await(SelectionKey.OP_READ);
        if (known) {
            enqueue();
        }
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
