package io.apexproxy.runtime.buffer;

import io.apexproxy.runtime.stats.LaneCounter;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A FIFO queue of reads that wait because the memory for buffers is exhausted. On the loop's thread only, except
 * {@link #waiting}.
 *
 * <p>After memory is free again, all reads continue. Until then each {@link #run} lets a few continue, so that a slow
 * receiver still makes progress.
 */
public final class MemoryQueue {

    /** The period of {@link #run} while reads wait, in milliseconds. */
    public static final long PERIOD_MILLIS = 50;

    /** The reads per run while memory is exhausted: 16 × 16 KiB every 50 ms are 5 MiB/s per loop. */
    private static final int READS_WHEN_EXHAUSTED = 16;
    /** The reads per run while memory is free: a few milliseconds of work. */
    private static final int MAX_READS = 256;

    private final BufferMemory memory;
    private final int lane;
    private final Queue<Runnable> reads = new ArrayDeque<>();
    private final LaneCounter waiting = new LaneCounter(1);

    /** Creates an empty queue of a loop for reads that wait for the memory. */
    public MemoryQueue(BufferMemory memory, int lane) {
        this.memory = memory;
        this.lane = lane;
    }

    /** Adds a read. Returns whether the queue was empty, so that the caller must start to call {@link #run}. */
    public boolean add(Runnable read) {
        reads.add(read);
        count(1);
        return reads.size() == 1;
    }

    private void count(int change) {
        waiting.add(0, change);
        memory.countWaiting(lane, change);
    }

    /** Runs some of the reads, and logs that reads wait. Returns whether other reads still wait. */
    public boolean run() {
        if (!reads.isEmpty()) {
            memory.warnThatReadsWait();
        }
        for (int left = memory.isExhausted() ? READS_WHEN_EXHAUSTED : MAX_READS; left > 0 && !reads.isEmpty(); left--) {
            count(-1);
            reads.remove().run();
        }
        return !reads.isEmpty();
    }

    /** Returns the number of reads that wait. Any thread. */
    public long waiting() {
        return waiting.sum();
    }
}
