package io.apexproxy.runtime.stats;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A histogram that event loops update without contention, as {@link LaneCounter} is: each loop in a lane of its own.
 *
 * <p>{@link #add} may be called by one thread per lane, the rest by any thread.
 */
public final class LaneHistogram {

    /**
     * Bounds for the time of a connect or a probe, in nanoseconds: from a connection on the same machine to the
     * timeouts that are usual, in steps of 2 to 2.5, fine enough to see a quantile double.
     */
    private static final long[] CONNECT_NANOS = LongStream.of(500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000,
                    250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)
            .map(TimeUnit.MICROSECONDS::toNanos).toArray();

    private final long[] bounds;
    /** One for each bucket, and the last one for the sum. */
    private final LaneCounters counters;

    /**
     * Creates an empty histogram for the time of connects or probes, in nanoseconds.
     *
     * @param lanes the number of threads that add to it
     */
    public LaneHistogram(int lanes) {
        this(lanes, CONNECT_NANOS);
    }

    /**
     * Creates an empty histogram.
     *
     * @param lanes the number of threads that add to it
     * @param bounds the largest value of each bucket but the last, which has none; ascending
     */
    public LaneHistogram(int lanes, long... bounds) {
        this.bounds = bounds.clone();
        this.counters = new LaneCounters(lanes, bounds.length + 2);
    }

    /** Returns the largest value of each bucket but the last, which has none; ascending. */
    public List<Long> bounds() {
        return LongStream.of(bounds).boxed().toList();
    }

    /**
     * Adds a value; never blocks.
     *
     * @param lane the caller's lane, from 0
     * @param value in the unit of the bounds
     */
    public void add(int lane, long value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counters.add(lane, bucket, 1);
        counters.add(lane, bounds.length + 1, value);
    }

    /** Returns how many values each bucket has; not cumulative. */
    public List<Long> counts() {
        return IntStream.rangeClosed(0, bounds.length).mapToObj(counters::sum).toList();
    }

    /** Returns the sum of all values, in the unit of the bounds. */
    public long sum() {
        return counters.sum(bounds.length + 1);
    }
}
