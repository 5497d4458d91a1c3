package io.apexproxy.runtime.engine.sim.peer;

import io.apexproxy.runtime.engine.sim.world.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes that a peer sends, in chunks. */
final class Sending {

    private final Payload payload;
    private final long total;
    private final int chunk;
    private long sent;
    private long chunkLeft;

    Sending(int number, PeerPlan plan) {
        payload = new Payload(number);
        total = plan.bytes();
        chunk = plan.chunk();
        chunkLeft = chunk;
    }

    long sent() {
        return sent;
    }

    boolean isDone() {
        return sent == total;
    }

    /**
     * Writes bytes of the current chunk.
     *
     * @param buffer a buffer for the bytes
     * @return the number of bytes written; 0 if there is no room
     */
    int write(Endpoint endpoint, ByteBuffer buffer) throws IOException {
        long most = Math.min(total - sent, chunkLeft);
        payload.fill(buffer.clear().limit((int) Math.min(buffer.capacity(), most)), sent);
        int count = endpoint.write(buffer.flip());
        sent += count;
        chunkLeft -= count;
        return count;
    }

    /** Returns whether a chunk is complete, and begins the next chunk in that case. */
    boolean isPauseDue() {
        boolean due = chunkLeft == 0;
        if (due) {
            chunkLeft = chunk;
        }
        return due;
    }
}
