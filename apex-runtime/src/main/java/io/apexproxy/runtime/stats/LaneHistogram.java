package io.apexproxy.runtime.stats;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A histogram that event loops update without contention, see {@link LaneCounter}.
 *
 * <p>{@link #add} may be called by one thread per lane, all other methods by any thread.
 */
public final class LaneHistogram {

    /**
     * Bounds for the times of connects and probes, in nanoseconds. They range from a connection on the same machine to
     * common timeouts. Steps of 2 to 2.5 are fine enough to show that a quantile has doubled.
     */
    private static final long[] CONNECT_NANOS = LongStream.of(500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000,
            250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)
            .map(TimeUnit.MICROSECONDS::toNanos).toArray();

    private final long[] bounds;
    /** One counter per bucket, then one for the sum. */
    private final LaneCounter counters;

    /** Creates an empty histogram for the times of connects or probes, in nanoseconds. */
    public LaneHistogram(int lanes) {
        this(lanes, CONNECT_NANOS);
    }

    /**
     * Creates an empty histogram.
     *
     * @param lanes the number of threads that add to it
     * @param bounds the inclusive upper bound of each bucket except the last, which has none; ascending
     */
    public LaneHistogram(int lanes, long... bounds) {
        this.bounds = bounds.clone();
        this.counters = new LaneCounter(lanes, bounds.length + 2);
    }

    /** Returns the inclusive upper bound of each bucket except the last, which has none; ascending. */
    public List<Long> bounds() {
        return LongStream.of(bounds).boxed().toList();
    }

    /** Adds a value, in the unit of the bounds, in the caller's lane, from 0. Does not block. */
    public void add(int lane, long value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counters.add(lane, bucket, 1);
        counters.add(lane, bounds.length + 1, value);
    }

    /** Returns the number of values in each bucket, not cumulative. */
    public List<Long> counts() {
        return IntStream.rangeClosed(0, bounds.length).mapToObj(counters::sum).toList();
    }

    /** Returns the sum of all values, in the unit of the bounds. */
    public long sum() {
        return counters.sum(bounds.length + 1);
    }
}
