package io.apexproxy.runtime.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A counter that event loops add to without contending: each loop has a lane of its own, in a cache line of its own.
 *
 * <p>{@link #add} may be called by one thread per lane, {@link #sum} by any thread; the sum is what the lanes held at
 * some moments during the call.
 */
public final class LaneCounter {

    /** Longs from lane to lane: 128 bytes, as processors fetch cache lines in pairs. */
    private static final int STRIDE = 16;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;

    /**
     * Creates a counter at 0.
     *
     * @param lanes how many threads add to it
     */
    public LaneCounter(int lanes) {
        cells = new long[lanes * STRIDE];
    }

    /**
     * Adds to it; never blocks.
     *
     * @param lane whose thread the caller is, from 0
     * @param amount how much
     */
    public void add(int lane, long amount) {
        int index = lane * STRIDE;
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** Returns what all lanes hold together. */
    public long sum() {
        long sum = 0;
        for (int index = 0; index < cells.length; index += STRIDE) {
            sum += (long) CELL.getOpaque(cells, index);
        }
        return sum;
    }
}
