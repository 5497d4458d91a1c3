package io.apexproxy.runtime.relay.buffer;

import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LimitWatch;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The memory of all relay buffers, in slabs, under one ceiling.
 *
 * <p>Loops take whole slabs and cut them, so any thread uses this, but seldom. Each loop counts what it uses in a lane
 * of its own. Slabs are never returned to the operating system. There are three ranges: below three quarters of the
 * ceiling buffers grow; above, new buffers have the first size; at the ceiling, pumps whose peer does not keep up stop
 * reading ({@link MemoryQueue}). A buffer of the first size is always granted, so that no number of slow readers stops
 * the others; the ceiling is exceeded by at most one such buffer per direction of a connection.
 */
public final class BufferMemory {

    private static final long MIB = 1024 * 1024;
    /** The size of the largest buffer. */
    static final int SLAB_BYTES = 256 * 1024;

    private final long ceiling;
    private final LaneCounter used;
    private final LaneCounter waiting;
    private final LimitWatch watch = new LimitWatch("buffer_memory");
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /**
     * Creates a memory of which nothing is in use.
     *
     * @param ceiling in bytes
     * @param lanes the number of loops that use it
     */
    public BufferMemory(long ceiling, int lanes) {
        this.ceiling = ceiling;
        this.used = new LaneCounter(lanes);
        this.waiting = new LaneCounter(lanes);
    }

    /** Returns a slab, which is not counted as used yet. */
    ByteBuffer take() {
        ByteBuffer slab = free.poll();
        return slab != null ? slab : ByteBuffer.allocateDirect(SLAB_BYTES);
    }

    void giveBack(ByteBuffer slab) {
        free.add(slab);
    }

    /** Counts slabs as used by a loop, or no longer if negative. On the loop's thread. */
    void use(int lane, int slabs) {
        used.add(lane, (long) slabs * SLAB_BYTES);
    }

    /** Counts reads of a loop that wait for memory, or wait no longer if negative. On the loop's thread. */
    void countWaiting(int lane, int reads) {
        waiting.add(lane, reads);
    }

    /** Logs that reads of all loops wait for memory, once a minute at most. Any thread. */
    void warnThatReadsWait() {
        watch.reached(() -> "limit of " + ceiling / MIB + " MiB reached; " + waiting.sum()
                + " connections whose peer does not keep up wait before they read; raise buffer_memory if this lasts");
    }

    /** Returns the watch that logs when reads wait. */
    public LimitWatch watch() {
        return watch;
    }

    /** Returns how many reads wait for memory. Any thread. */
    public long waiting() {
        return waiting.sum();
    }

    boolean allowsGrowth() {
        return used() + SLAB_BYTES <= ceiling / 4 * 3;
    }

    /** Returns whether the ceiling is reached. Any thread. */
    public boolean isExhausted() {
        return used() >= ceiling;
    }

    /** Returns the bytes in slabs of which a buffer is lent now. Any thread. */
    public long used() {
        return used.sum();
    }

    /** Returns the ceiling in bytes. Any thread. */
    public long ceiling() {
        return ceiling;
    }
}
