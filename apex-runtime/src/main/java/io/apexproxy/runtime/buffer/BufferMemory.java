package io.apexproxy.runtime.buffer;

import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LimitWatch;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The memory of all relay buffers: slabs under one ceiling. Any thread; loops take whole slabs, so contention is rare.
 * Slabs are never returned to the operating system.
 *
 * <p>Below three quarters of the ceiling, buffers can grow. Above, new buffers have the first size. At the ceiling,
 * pumps whose sink was blocked wait before they read ({@link MemoryQueue}). A buffer of the first size is always
 * granted, so that slow readers do not stop other connections. This can exceed the ceiling by one buffer of the first
 * size per direction of a connection.
 */
public final class BufferMemory {

    private static final long MIB = 1024 * 1024;
    /** The size of a slab, which is also the size of the largest buffer. */
    static final int SLAB_BYTES = 256 * 1024;

    private final long ceiling;
    private final LaneCounter used;
    private final LaneCounter waiting;
    private final LimitWatch watch = new LimitWatch("buffer_memory");
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /** Creates a memory without slabs. The ceiling is in bytes. */
    public BufferMemory(long ceiling, int lanes) {
        this.ceiling = ceiling;
        this.used = new LaneCounter(lanes);
        this.waiting = new LaneCounter(lanes);
    }

    /** Takes a free slab or allocates one. It is not counted as used yet. */
    ByteBuffer take() {
        ByteBuffer slab = free.poll();
        return slab != null ? slab : ByteBuffer.allocateDirect(SLAB_BYTES);
    }

    void release(ByteBuffer slab) {
        free.add(slab);
    }

    /** Adds to the number of slabs that a loop uses; the change can be negative. On the loop's thread. */
    void countUsed(int lane, int change) {
        used.add(lane, (long) change * SLAB_BYTES);
    }

    /** Adds to the bytes that a loop holds outside of slabs; the change can be negative. On the loop's thread. */
    void countHeld(int lane, int change) {
        used.add(lane, change);
    }

    /** Adds to the number of reads of a loop that wait for memory; the change can be negative. On the loop's thread. */
    void countWaiting(int lane, int change) {
        waiting.add(lane, change);
    }

    /** Logs that reads wait for memory, at most once a minute. Any thread. */
    void warnThatReadsWait() {
        watch.reached(() -> "limit of " + ceiling / MIB + " MiB reached; " + waiting.sum()
                + " connections with a slow receiver wait before they read; raise buffer_memory if this lasts");
    }

    /** Returns the watch of the ceiling, which logs when reads wait. */
    public LimitWatch watch() {
        return watch;
    }

    /** Returns the number of reads that wait for memory. Any thread. */
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

    /** Returns the bytes in slabs that have a buffer in use, and those held in pipes. Any thread. */
    public long used() {
        return used.sum();
    }

    /** Returns the ceiling in bytes. Any thread. */
    public long ceiling() {
        return ceiling;
    }
}
