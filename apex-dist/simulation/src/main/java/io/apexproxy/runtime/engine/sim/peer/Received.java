package io.apexproxy.runtime.engine.sim.peer;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** Checks the bytes that a peer receives, and identifies their sender. */
final class Received {

    private final byte[] header = new byte[Payload.HEADER_BYTES];
    private Payload payload;
    private int sender;
    private long count;

    /**
     * Checks and counts the next bytes.
     *
     * @throws AssertionError if they are not the next bytes of the sender
     */
    void add(byte[] bytes, int length) {
        for (int i = 0; i < length && count + i < Payload.HEADER_BYTES; i++) {
            header[(int) count + i] = bytes[i];
        }
        if (payload == null && count + length >= Payload.HEADER_BYTES) {
            sender = ByteBuffer.wrap(header).getInt();
            payload = new Payload(sender);
        }
        if (payload != null && !payload.matches(bytes, length, count)) {
            throw new AssertionError(
                    "wrong bytes between " + count + " and " + (count + length) + " of peer " + sender);
        }
        count += length;
    }

    long count() {
        return count;
    }

    /** Returns the number of the sender; empty before its first four bytes. */
    OptionalInt sender() {
        return payload == null ? OptionalInt.empty() : OptionalInt.of(sender);
    }
}
