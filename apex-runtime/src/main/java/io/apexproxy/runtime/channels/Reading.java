package io.apexproxy.runtime.channels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * The incoming direction: waits for readiness with the interest armed from one read to the next.
 *
 * <p>If readiness comes while nobody reads, the interest is withdrawn, or the selector would report it forever. From
 * then on reads are tried at once until one finds nothing; that one arms the interest again.
 */
final class Reading extends Direction {
    /** Whether readiness was reported and, as far as is known, not used up. */
    private boolean known;
    private boolean armed;

    Reading(SelectedSocketChannel channel, EventLoop loop) {
        super(channel, loop);
    }

    @Override
    int transfer(ByteBuffer target) throws IOException {
        if (target == null) {
            return known ? 0 : MUST_WAIT;
        }
        int read = channel.socket().read(target);
        if (read < 0) {
            // The end of the stream stays readable; who reads again is told again without the selector's help.
            unwanted();
        } else if (armed) {
            known = false;
        }
        return read == 0 && target.hasRemaining() ? MUST_WAIT : read;
    }

    @Override
    boolean promising(ByteBuffer target) {
        // Who asks whether there is something to read wants to be sure, so the selector has to say it.
        return target != null && (known || !target.hasRemaining());
    }

    @Override
    void awaitReadiness() {
        known = false;
        armed = true;
        channel.await(SelectionKey.OP_READ);
    }

    @Override
    void ready() {
        known = true;
        super.ready();
    }

    @Override
    void unwanted() {
        known = true;
        armed = false;
        channel.withdraw(SelectionKey.OP_READ);
    }
}
