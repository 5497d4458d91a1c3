package io.apexproxy.runtime.relay;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of all relay buffers, in slabs, under one ceiling.
 *
 * <p>Loops take whole slabs and cut them themselves, so this is touched seldom and by any thread. Memory that was once
 * taken from the system is kept for the next storm. Three ranges: below three quarters of the ceiling buffers may grow;
 * above, they stay small; at the ceiling no new connection is accepted. A small buffer for a connection that was
 * accepted already is always granted: the ceiling is exceeded by the small buffers of those that were connecting when
 * it was reached.
 */
final class BufferMemory {

    /** As large as the largest buffer; the system hands out and zeroes memory of this size in some 20 µs. */
    static final int SLAB_BYTES = 256 * 1024;

    private final long ceiling;
    private final AtomicLong used = new AtomicLong();
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    BufferMemory(long ceiling) {
        this.ceiling = ceiling;
    }

    ByteBuffer take() {
        used.addAndGet(SLAB_BYTES);
        ByteBuffer slab = free.poll();
        if (slab != null) {
            return slab;
        }
        try {
            return ByteBuffer.allocateDirect(SLAB_BYTES);
        } catch (OutOfMemoryError e) {
            used.addAndGet(-SLAB_BYTES);
            throw e;
        }
    }

    void give(ByteBuffer slab) {
        free.add(slab);
        used.addAndGet(-SLAB_BYTES);
    }

    boolean allowsGrowth() {
        return used.get() + SLAB_BYTES <= ceiling / 4 * 3;
    }

    boolean exhausted() {
        return used.get() >= ceiling;
    }

    /** Bytes in slabs that loops hold now. */
    long used() {
        return used.get();
    }
}
