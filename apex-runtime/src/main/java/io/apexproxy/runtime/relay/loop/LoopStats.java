package io.apexproxy.runtime.relay.loop;

import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.stats.LaneHistogram;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The statistics of a loop. Written by the loop's thread; read by any thread. */
public final class LoopStats implements TurnObserver {

    /** Bounds from a turn with one message, 20 µs, to a blocked loop, 1 s. */
    private static final long[] TURN_NANOS = LongStream.of(20, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000,
            50_000, 100_000, 500_000, 1_000_000).map(TimeUnit.MICROSECONDS::toNanos).toArray();
    /** Bounds from one small message to a turn full of bulk transfers: 4 KiB to 16 MiB. */
    private static final long[] TURN_BYTES = LongStream.rangeClosed(0, 6).map(step -> 4096L << (2 * step)).toArray();
    private static final int LANE = 0;

    private final LaneHistogram turnNanos = new LaneHistogram(1, TURN_NANOS);
    private final LaneHistogram turnBytes = new LaneHistogram(1, TURN_BYTES);
    private final LaneHistogram pollDelayNanos = new LaneHistogram(1, TURN_NANOS);
    private final LaneCounter blockedSinks = new LaneCounter(1);
    private final LaneCounter pipes = new LaneCounter(1);
    private final LaneCounter missingPipes = new LaneCounter(1);
    private final LaneCounter sessions = new LaneCounter(1);

    /** Creates statistics that are all 0. */
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

    void recordPollDelay(long delayNanos) {
        pollDelayNanos.add(LANE, delayNanos);
    }

    /** Counts a direction of a session whose sink is blocked. */
    public void sinkBlocked() {
        blockedSinks.add(LANE, 1);
    }

    /** Counts a direction of a session whose sink is no longer blocked, or that has ended. */
    public void sinkUnblocked() {
        blockedSinks.add(LANE, -1);
    }

    /** Counts a direction of a session that has taken a pipe. */
    public void pipeTaken() {
        pipes.add(LANE, 1);
    }

    /** Counts a direction of a session that has returned its pipe. */
    public void pipeReturned() {
        pipes.add(LANE, -1);
    }

    /** Counts a read into a buffer in place of a splice, because the loop has no more pipes. */
    public void pipeMissing() {
        missingPipes.add(LANE, 1);
    }

    /** Returns the durations of turns, in nanoseconds. */
    public LaneHistogram turnNanos() {
        return turnNanos;
    }

    /** Returns the bytes received per turn, without turns that received none. */
    public LaneHistogram turnBytes() {
        return turnBytes;
    }

    /** Returns samples of the time from an event to its dispatch, in nanoseconds. */
    public LaneHistogram pollDelayNanos() {
        return pollDelayNanos;
    }

    /** Returns the number of session directions whose sink is blocked. */
    public long blockedSinks() {
        return blockedSinks.sum();
    }

    /** Returns the number of pipes in use. */
    public long pipes() {
        return pipes.sum();
    }

    /** Returns the number of reads into a buffer in place of a splice, because the loop had no more pipes. */
    public long missingPipes() {
        return missingPipes.sum();
    }

    /** Returns the number of sessions of the loop. */
    public long sessions() {
        return sessions.sum();
    }
}
