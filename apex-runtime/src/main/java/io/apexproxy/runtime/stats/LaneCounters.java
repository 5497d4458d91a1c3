package io.apexproxy.runtime.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Several counters that event loops add to without contention, as {@link LaneCounter} is: each loop has a lane of its
 * own, with all counters side by side.
 *
 * <p>{@link #add} may be called by one thread per lane, {@link #sum} by any thread.
 */
public final class LaneCounters {

    /** Longs in 128 bytes, the unit in which processors fetch cache lines: lanes do not share them. */
    private static final int CACHE_LINES = 16;
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
        stride = (counters + CACHE_LINES - 1) / CACHE_LINES * CACHE_LINES;
        cells = new long[lanes * stride];
    }

    /**
     * Adds to a counter; never blocks.
     *
     * @param lane the caller's lane, from 0
     * @param counter its number, from 0
     * @param amount how much
     */
    public void add(int lane, int counter, long amount) {
        int index = lane * stride + counter;
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** Returns what all lanes of a counter hold together. */
    public long sum(int counter) {
        long sum = 0;
        for (int index = counter; index < cells.length; index += stride) {
            sum += (long) CELL.getOpaque(cells, index);
        }
        return sum;
    }
}
