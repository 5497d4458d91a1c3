package io.apexproxy.runtime.relay.record;

import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.log.BackdatedLogger;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.stats.LaneCounter;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Writes one line per session: addresses, durations, bytes, and the cause of its end.
 *
 * <p>An event loop only queues the record of a session. The thread {@code apex-access-log} writes the lines, so that a
 * slow or blocked output delays no connection. A record for which the queue of its loop has no room is dropped and
 * counted, and the log says how many were.
 *
 * <p>The writer drains the queues every 50 ms while they have records. When a pass finds nothing, it blocks without a
 * timeout until a loop queues a record and wakes it. So a loop makes the system call for a wake-up at most once in
 * 50 ms, and an idle proxy, or one whose access log is off, has no wake-ups at all.
 */
public final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final BackdatedLogger TEXT = new BackdatedLogger("apex.access");
    /** A separate logger, for which the configuration of the log has an appender that writes JSON. */
    private static final BackdatedLogger JSON = new BackdatedLogger("apex.access.json");

    /** Records of a loop that can wait: a third of a second at 25,000 connections a second, about 110 bytes each. */
    static final int CAPACITY = 8192;
    /** The longest delay of a line, and the shortest time between two wake-ups by a loop. */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How long the end of the process waits for a blocked output. */
    private static final long CLOSE_MILLIS = 500;
    private static final long TENTH_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final String NONE = "-";

    private final List<SpscQueue<SessionRecord>> queues;
    private final LaneCounter dropped;
    private final long periodNanos;
    private final LogThrottle throttle = new LogThrottle();
    private final Thread writer;
    /** True while the writer blocks without a timeout, or is about to. */
    private final AtomicBoolean idle = new AtomicBoolean();
    private volatile AccessLogFormat format = AccessLogFormat.TEXT;
    /** Not changed by {@code OFF}: records that are still queued then are written as before. */
    private volatile BackdatedLogger output = TEXT;
    private volatile boolean closed;
    /** Used by the writer only. */
    private long reportedDrops;

    /**
     * Starts the writer.
     *
     * @param lanes the number of loops that write records
     */
    public AccessLog(int lanes) {
        this(lanes, PERIOD_NANOS);
    }

    /** With another period, for tests. */
    AccessLog(int lanes, long periodNanos) {
        this.periodNanos = periodNanos;
        queues = IntStream.range(0, lanes).mapToObj(lane -> new SpscQueue<SessionRecord>(CAPACITY)).toList();
        dropped = new LaneCounter(lanes);
        writer = new Thread(this::run, "apex-access-log");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Changes how lines are written from now on. Any thread.
     *
     * @param next the form of the lines; {@code OFF}: none are written
     */
    public void changeFormat(AccessLogFormat next) {
        switch (next) {
            case TEXT -> output = TEXT;
            case JSON -> output = JSON;
            case OFF -> { }
        }
        format = next;
    }

    /**
     * Returns whether lines are written, by the format and the level of the logger. If not, callers need not create
     * records. Any thread.
     */
    public boolean isOn() {
        return switch (format) {
            case TEXT -> TEXT.isInfoEnabled();
            case JSON -> JSON.isInfoEnabled();
            case OFF -> false;
        };
    }

    /**
     * Queues a record, or drops and counts it if the queue is full. Called on the thread of the lane's loop; does not
     * block.
     *
     * @param lane the index of the loop, from 0
     * @param session the record of a session that has ended
     */
    public void write(int lane, SessionRecord session) {
        if (!queues.get(lane).offer(session)) {
            dropped.add(lane, 1);
        }
        if (idle.get() && idle.compareAndSet(true, false)) { // only one loop pays for the wake-up
            LockSupport.unpark(writer);
        }
    }

    /** Returns the number of lines dropped since the start. Any thread. */
    public long dropped() {
        return dropped.sum();
    }

    /**
     * Writes the queued records and ends the writer, waiting at most 500 ms for a blocked output. The loops must have
     * ended.
     */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the writer blocks without a timeout, until the next record. Any thread. */
    boolean isIdle() {
        return idle.get() && writer.getState() == Thread.State.WAITING;
    }

    private void run() {
        while (!closed) {
            if (writeQueued(false)) {
                pause();
            } else {
                awaitRecord();
            }
        }
        writeQueued(true); // sees what was queued before close()
    }

    private void pause() {
        long end = System.nanoTime() + periodNanos;
        long left = periodNanos;
        while (left > 0 && !closed) { // a wake-up that came too late for awaitRecord() does not shorten the period
            LockSupport.parkNanos(this, left);
            left = end - System.nanoTime();
        }
    }

    private void awaitRecord() {
        idle.set(true);
        while (idle.get() && !closed && queues.stream().allMatch(SpscQueue::isEmpty)) {
            LockSupport.park(this); // may return without a reason
        }
        idle.set(false);
    }

    /** Returns whether there was something to write, or is something left to report: then the writer must come back. */
    private boolean writeQueued(boolean last) {
        try {
            int written = 0;
            for (SpscQueue<SessionRecord> queue : queues) {
                written += queue.drain(this::write);
            }
            long unreported = dropped() - reportedDrops;
            if (unreported > 0 && (last || throttle.permits())) {
                reportedDrops += unreported;
                LOG.warn("access log: {} lines dropped, as the output does not take them in time", unreported);
            }
            return written > 0 || unreported > 0;
        } catch (Throwable e) { // also an Error: without the writer, all later lines would be lost
            LOG.error("The access log failed", e);
            return true;
        }
    }

    private void write(SessionRecord session) {
        BackdatedLogger logger = output;
        if (logger.isInfoEnabled()) {
            logger.info(session.endedMillis(), session.cause().label(), fields(session));
        }
    }

    private static List<KeyValuePair> fields(SessionRecord session) {
        return List.of(
                new KeyValuePair("client", Address.text(session.client())),
                new KeyValuePair("listener", session.listener()),
                new KeyValuePair("backend", session.backend()),
                new KeyValuePair("wait_ms", millis(session.waitedNanos())),
                new KeyValuePair("connect_ms", session.connectedNanos() == 0 ? NONE
                        : millis(session.connectedNanos() - session.acceptedNanos() - session.waitedNanos())),
                new KeyValuePair("duration_ms", millis(session.endedNanos() - session.acceptedNanos())),
                new KeyValuePair("from_client", session.bytesFromClient()),
                new KeyValuePair("from_backend", session.bytesFromBackend()),
                new KeyValuePair("attempts", session.attempts()));
    }

    /** In tenths: a connection over loopback takes less than one millisecond. */
    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / TENTH_NANOS, 1);
    }
}
