package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What a loop does, in numbers. Written by the loop's thread, read by any. */
public final class LoopStats implements TurnObserver {

    /** From a turn with one message to a loop that is blocked. */
    private static final long[] TURN_NANOS = LongStream.of(20, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000,
            50_000, 100_000, 500_000, 1_000_000).map(TimeUnit.MICROSECONDS::toNanos).toArray();
    /** From one small message to a turn full of bulk transfers: 4 KiB to 16 MiB. */
    private static final long[] TURN_BYTES = LongStream.rangeClosed(0, 6).map(step -> 4096L << 2 * step).toArray();
    private static final int LANE = 0;

    private final LaneHistogram turnNanos = new LaneHistogram(1, TURN_NANOS);
    private final LaneHistogram turnBytes = new LaneHistogram(1, TURN_BYTES);
    private final LaneHistogram pollDelayNanos = new LaneHistogram(1, TURN_NANOS);
    private final LaneCounter blockedSinks = new LaneCounter(1);
    private final LaneCounter sessions = new LaneCounter(1);

    /** Creates numbers that are all 0. */
    LoopStats() {
    }

    @Override
    public void turnEnded(long busyNanos, long bytes) {
        turnNanos.add(LANE, busyNanos);
        if (bytes > 0) {
            turnBytes.add(LANE, bytes);
        }
    }

    void sessionAdded() {
        sessions.add(LANE, 1);
    }

    void sessionRemoved() {
        sessions.add(LANE, -1);
    }

    void polled(long delayNanos) {
        pollDelayNanos.add(LANE, delayNanos);
    }

    /** A direction of a session waits for its peer to take bytes. */
    public void sinkBlocked() {
        blockedSinks.add(LANE, 1);
    }

    /** The peer took them, or the session ended. */
    public void sinkUnblocked() {
        blockedSinks.add(LANE, -1);
    }

    /** Returns the lengths of turns, in nanoseconds. */
    public LaneHistogram turnNanos() {
        return turnNanos;
    }

    /** Returns the bytes that turns received, for those that received any. */
    public LaneHistogram turnBytes() {
        return turnBytes;
    }

    /** Returns samples of the time from an event to its dispatch, in nanoseconds. */
    public LaneHistogram pollDelayNanos() {
        return pollDelayNanos;
    }

    /** Returns how many directions of sessions wait for their peer to take bytes. */
    public long blockedSinks() {
        return blockedSinks.sum();
    }

    /** Returns how many sessions the loop has. */
    public long sessions() {
        return sessions.sum();
    }
}
