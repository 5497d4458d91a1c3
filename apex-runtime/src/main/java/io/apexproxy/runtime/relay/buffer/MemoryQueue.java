package io.apexproxy.runtime.relay.buffer;

import io.apexproxy.runtime.stats.LaneCounter;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Reads that wait because the memory for buffers is used up: those of connections whose peer does not keep up. They
 * wait in the order in which they came. On the loop's thread only, except {@link #waiting}.
 *
 * <p>When memory is free again, all go on. While it is not, each {@link #run} lets a few go on, so that a peer that is
 * slow but alive still makes progress.
 */
public final class MemoryQueue {

    /** How often {@link #run} is to be called while reads wait, in milliseconds. */
    public static final long PERIOD_MILLIS = 50;

    /** Reads of the first size in each period without memory: 16 × 16 KiB every 50 ms are 5 MiB/s for a loop. */
    private static final int FEW = 16;
    /** Reads in each period with memory: a few milliseconds of work. */
    private static final int MANY = 256;

    private final BufferMemory memory;
    private final int lane;
    private final Queue<Runnable> reads = new ArrayDeque<>();
    private final LaneCounter waiting = new LaneCounter(1);

    /**
     * Creates a queue without reads.
     *
     * @param memory what reads wait for
     * @param lane the number of the loop
     */
    public MemoryQueue(BufferMemory memory, int lane) {
        this.memory = memory;
        this.lane = lane;
    }

    /**
     * Adds a read.
     *
     * @return whether it is the only one, so that {@link #run} has to be called from now on
     */
    public boolean add(Runnable read) {
        reads.add(read);
        count(1);
        return reads.size() == 1;
    }

    private void count(int change) {
        waiting.add(0, change);
        memory.countWaiting(lane, change);
    }

    /**
     * Lets reads go on, and logs that they had to wait.
     *
     * @return whether others still wait
     */
    public boolean run() {
        if (!reads.isEmpty()) {
            memory.warnThatReadsWait();
        }
        for (int left = memory.isExhausted() ? FEW : MANY; left > 0 && !reads.isEmpty(); left--) {
            count(-1);
            reads.remove().run();
        }
        return !reads.isEmpty();
    }

    /** Returns how many reads wait. Any thread. */
    public long waiting() {
        return waiting.sum();
    }
}
