package io.apexproxy.runtime.relay.record;

import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The TLS handshakes of a listener's clients: their number by result, and their durations. */
@SuppressWarnings("EnumOrdinal") // the index of a counter
public final class HandshakeCounters {

    /** Bounds from a resumed session on the same machine to a client that is far away and slow. */
    private static final long[] BOUNDS = LongStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .map(TimeUnit.MILLISECONDS::toNanos).toArray();
    private static final Result[] RESULTS = Result.values();

    private final LaneCounter counters;
    private final LaneHistogram durations;

    /** The result of a handshake. */
    public enum Result {
        /** A new session was negotiated. */
        FULL,
        /** An earlier session of the client was resumed. */
        RESUMED,
        /** The peers did not agree, or the client closed the connection or did not answer in time. */
        FAILED
    }

    /** Creates counters that are all 0, with a lane for each loop. */
    public HandshakeCounters(int lanes) {
        counters = new LaneCounter(lanes, RESULTS.length);
        durations = new LaneHistogram(lanes, BOUNDS);
    }

    /** Counts a handshake. Called on the thread of the lane's loop. */
    public void add(int lane, Result result, long nanos) {
        counters.add(lane, result.ordinal(), 1);
        if (result != Result.FAILED) {
            durations.add(lane, nanos);
        }
    }

    /** Returns the number of handshakes by result. Any thread. */
    public Map<Result, Long> sums() {
        Map<Result, Long> sums = new EnumMap<>(Result.class);
        for (Result result : RESULTS) {
            sums.put(result, counters.sum(result.ordinal()));
        }
        return sums;
    }

    /** Returns the durations of successful handshakes, in nanoseconds, without the wait for the limit. */
    public LaneHistogram durations() {
        return durations;
    }
}
