package io.apexproxy.runtime.pool.backend;

import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LaneHistogram;

/**
 * The traffic counters of a backend. Each event loop adds in its own lane, without contention; any thread may read.
 */
public final class Traffic {

    private final LaneCounter connections;
    private final LaneCounter connectErrors;
    private final LaneCounter slowConnects;
    private final LaneHistogram connectTimes;
    private final LaneCounter toBackend;
    private final LaneCounter toClient;

    Traffic(int lanes) {
        connections = new LaneCounter(lanes);
        connectErrors = new LaneCounter(lanes);
        slowConnects = new LaneCounter(lanes);
        connectTimes = new LaneHistogram(lanes);
        toBackend = new LaneCounter(lanes);
        toClient = new LaneCounter(lanes);
    }

    /** Returns the number of established connections. */
    public LaneCounter connections() {
        return connections;
    }

    /** Returns the number of connects that failed or timed out. */
    public LaneCounter connectErrors() {
        return connectErrors;
    }

    /** Returns the number of connects whose first SYN was not answered within {@link Overload#NANOS}. */
    public LaneCounter slowConnects() {
        return slowConnects;
    }

    /** Returns the durations of successful connects. */
    public LaneHistogram connectTimes() {
        return connectTimes;
    }

    /** Returns the number of bytes received from clients. */
    public LaneCounter toBackend() {
        return toBackend;
    }

    /** Returns the number of bytes received from the backend. */
    public LaneCounter toClient() {
        return toClient;
    }
}
