package io.apexproxy.runtime.pool.backend;

import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LaneHistogram;

/**
 * What went through a backend, counted by the event loops without contention.
 *
 * <p>Each loop adds in its own lane, on its own thread; anybody reads.
 */
public final class Traffic {

    private final LaneCounter connections;
    private final LaneCounter connectErrors;
    private final LaneHistogram connectTimes;
    private final LaneCounter toBackend;
    private final LaneCounter toClient;

    Traffic(int lanes) {
        connections = new LaneCounter(lanes);
        connectErrors = new LaneCounter(lanes);
        connectTimes = new LaneHistogram(lanes);
        toBackend = new LaneCounter(lanes);
        toClient = new LaneCounter(lanes);
    }

    /** Connections that were made. */
    public LaneCounter connections() {
        return connections;
    }

    /** Attempts that failed or timed out. */
    public LaneCounter connectErrors() {
        return connectErrors;
    }

    /** How long it took to make those that were made. */
    public LaneHistogram connectTimes() {
        return connectTimes;
    }

    /** Bytes that were received from clients. */
    public LaneCounter toBackend() {
        return toBackend;
    }

    /** Bytes that were received from the backend. */
    public LaneCounter toClient() {
        return toClient;
    }
}
