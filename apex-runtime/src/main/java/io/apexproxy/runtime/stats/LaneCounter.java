package io.apexproxy.runtime.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One or more counters that event loops update without contention: each loop writes to a separate lane in separate
 * cache lines. A lane contains all counters.
 *
 * <p>{@code add} may be called by one thread per lane, {@code sum} by any thread. The sum is not an atomic view: each
 * lane is read at a different moment of the call.
 */
public final class LaneCounter {

    /** Longs in 128 bytes. A lane is a multiple of it, because processors prefetch cache lines in pairs. */
    private static final int LANE_ALIGNMENT = 16;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final int stride;
    private final long[] cells;

    /** Creates one counter at 0, with a lane for each thread that adds to it. */
    public LaneCounter(int lanes) {
        this(lanes, 1);
    }

    /** Creates counters at 0, with a lane for each thread that adds to them. */
    public LaneCounter(int lanes, int counters) {
        stride = (counters + LANE_ALIGNMENT - 1) / LANE_ALIGNMENT * LANE_ALIGNMENT;
        cells = new long[lanes * stride];
    }

    /** Adds an amount to the first counter in the caller's lane, from 0. Does not block. */
    public void add(int lane, long amount) {
        add(lane, 0, amount);
    }

    /** Adds an amount to a counter, from 0, in the caller's lane, from 0. Does not block. */
    public void add(int lane, int counter, long amount) {
        int index = lane * stride + counter;
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** Returns the sum of all lanes of the first counter. */
    public long sum() {
        return sum(0);
    }

    /** Returns the sum of all lanes of a counter, from 0. */
    public long sum(int counter) {
        long sum = 0;
        for (int index = counter; index < cells.length; index += stride) {
            sum += (long) CELL.getOpaque(cells, index);
        }
        return sum;
    }
}
