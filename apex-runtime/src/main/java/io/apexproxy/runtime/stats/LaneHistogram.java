package io.apexproxy.runtime.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Durations, counted by how long they were, as {@link LaneCounter} counts: each loop in a lane of its own.
 *
 * <p>{@link #add} may be called by one thread per lane, the rest by any thread.
 */
public final class LaneHistogram {

    /**
     * The longest duration of each bucket but the last: from a connection on the same machine to the timeouts that
     * people configure, in steps of 2 to 2.5, fine enough to see a quantile double.
     */
    private static final long[] BOUNDS_NANOS = LongStream.of(500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000,
                    250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)
            .map(TimeUnit.MICROSECONDS::toNanos).toArray();
    private static final int SUM = BOUNDS_NANOS.length + 1;
    /** Buckets and sum fill 128 bytes: lanes do not share cache lines, as in {@link LaneCounter}. */
    private static final int STRIDE = SUM + 1;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;

    /**
     * Creates a histogram that is empty.
     *
     * @param lanes how many threads add to it
     */
    public LaneHistogram(int lanes) {
        cells = new long[lanes * STRIDE];
    }

    /** The longest duration of each bucket but the last, which has no bound; in nanoseconds, ascending. */
    public static List<Long> boundsNanos() {
        return LongStream.of(BOUNDS_NANOS).boxed().toList();
    }

    /**
     * Adds a duration; never blocks.
     *
     * @param lane whose thread the caller is, from 0
     * @param nanos the duration in nanoseconds
     */
    public void add(int lane, long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        int first = lane * STRIDE;
        increase(first + bucket, 1);
        increase(first + SUM, nanos);
    }

    private void increase(int index, long amount) {
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** How many durations fell into each bucket; not cumulative. */
    public List<Long> counts() {
        return LongStream.range(0, SUM).map(bucket -> total((int) bucket)).boxed().toList();
    }

    /** All durations together, in nanoseconds. */
    public long sumNanos() {
        return total(SUM);
    }

    private long total(int cell) {
        long total = 0;
        for (int index = cell; index < cells.length; index += STRIDE) {
            total += (long) CELL.getOpaque(cells, index);
        }
        return total;
    }
}
