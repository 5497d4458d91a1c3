package io.apexproxy.runtime.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A counter that event loops update without contention: each loop writes to a separate lane in a separate cache line.
 *
 * <p>{@link #add} may be called by one thread per lane, {@link #sum} by any thread. The sum is not an atomic view: each
 * lane is read at a different moment of the call.
 */
public final class LaneCounter {

    /** Longs per lane: 128 bytes, because processors prefetch cache lines in pairs. */
    private static final int STRIDE = 16;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;

    /**
     * Creates a counter at 0.
     *
     * @param lanes the number of threads that add to it
     */
    public LaneCounter(int lanes) {
        cells = new long[lanes * STRIDE];
    }

    /**
     * Adds an amount. Does not block.
     *
     * @param lane the caller's lane, from 0
     * @param amount the amount
     */
    public void add(int lane, long amount) {
        int index = lane * STRIDE;
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** Returns the sum of all lanes. */
    public long sum() {
        long sum = 0;
        for (int index = 0; index < cells.length; index += STRIDE) {
            sum += (long) CELL.getOpaque(cells, index);
        }
        return sum;
    }
}
