package io.apexproxy.runtime.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Several counters that event loops update without contention, see {@link LaneCounter}. Each loop writes to a separate
 * lane, which contains all counters.
 *
 * <p>{@link #add} may be called by one thread per lane, {@link #sum} by any thread.
 */
public final class LaneCounters {

    /** Longs in 128 bytes. A lane is a multiple of it, because processors prefetch cache lines in pairs. */
    private static final int LANE_ALIGNMENT = 16;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final int stride;
    private final long[] cells;

    /**
     * Creates counters at 0.
     *
     * @param lanes the number of threads that add to them
     * @param counters the number of counters
     */
    public LaneCounters(int lanes, int counters) {
        stride = (counters + LANE_ALIGNMENT - 1) / LANE_ALIGNMENT * LANE_ALIGNMENT;
        cells = new long[lanes * stride];
    }

    /**
     * Adds an amount to a counter. Does not block.
     *
     * @param lane the caller's lane, from 0
     * @param counter the index of the counter, from 0
     * @param amount the amount
     */
    public void add(int lane, int counter, long amount) {
        int index = lane * stride + counter;
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** Returns the sum of all lanes of a counter. */
    public long sum(int counter) {
        long sum = 0;
        for (int index = counter; index < cells.length; index += stride) {
            sum += (long) CELL.getOpaque(cells, index);
        }
        return sum;
    }
}
