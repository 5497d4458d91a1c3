package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.stats.LaneCounter;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The memory of all relay buffers, in slabs, under one ceiling.
 *
 * <p>Loops take whole slabs and cut them themselves, so this is touched seldom and by any thread; what is in use each
 * loop counts in a lane of its own. Memory that was once taken from the system is kept for the next storm. Three
 * ranges: below three quarters of the ceiling buffers may grow; above, they stay small; at the ceiling no new
 * connection is accepted. A small buffer for a connection that was accepted already is always granted: the ceiling is
 * exceeded by the small buffers of those that were connecting when it was reached.
 */
final class BufferMemory {

    /** As large as the largest buffer; the system hands out and zeroes memory of this size in some 20 µs. */
    static final int SLAB_BYTES = 256 * 1024;

    private final long ceiling;
    private final LaneCounter used;
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /**
     * Creates a memory of which nothing is taken yet.
     *
     * @param lanes how many loops use it
     */
    BufferMemory(long ceiling, int lanes) {
        this.ceiling = ceiling;
        this.used = new LaneCounter(lanes);
    }

    /** Hands out a slab, which counts as used by nobody yet. */
    ByteBuffer take() {
        ByteBuffer slab = free.poll();
        return slab != null ? slab : ByteBuffer.allocateDirect(SLAB_BYTES);
    }

    void give(ByteBuffer slab) {
        free.add(slab);
    }

    /** Counts slabs as used by a loop from now on, or no longer. Called on the loop's thread. */
    void use(int lane, int slabs) {
        used.add(lane, (long) slabs * SLAB_BYTES);
    }

    boolean allowsGrowth() {
        return used() + SLAB_BYTES <= ceiling / 4 * 3;
    }

    boolean exhausted() {
        return used() >= ceiling;
    }

    /** Bytes in slabs of which a buffer is lent now. */
    long used() {
        return used.sum();
    }
}
