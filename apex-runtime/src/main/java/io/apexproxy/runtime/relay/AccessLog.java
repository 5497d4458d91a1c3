package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.Address;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.stats.LaneCounter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per session, at its end: where it came from, where it went, how long, how much, and why it ended.
 *
 * <p>A loop only hands the figures over, which costs it neither a lock nor a system call. A thread of its own looks
 * for them and writes them, so that an output that is slow or stands still delays no connection. Lines that it does
 * not take in time are dropped, counted, and told of on the log.
 */
final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final Logger TEXT = LoggerFactory.getLogger("apex.access");
    /** A logger of its own, for which the configuration of the log has an appender that writes JSON. */
    private static final Logger JSON = LoggerFactory.getLogger("apex.access.json");

    /** Lines of a loop that may wait: a third of a second at 25,000 connections a second, at about 100 bytes each. */
    static final int CAPACITY = 8192;
    /** How late a line may be written. To look for lines now and then spares the loops to wake the writer. */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How long the end of the process waits for an output that stands still. */
    private static final long END_MILLIS = 1_000;
    private static final long TENTH_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final String NONE = "-";

    private final List<LineQueue> queues;
    private final LaneCounter dropped;
    private final LogThrottle throttle = new LogThrottle();
    private final Thread writer;
    private volatile AccessLogFormat format = AccessLogFormat.TEXT;
    private volatile boolean closed;
    /** Of the writer's thread: what is still queued when the log is turned off is written as before. */
    private Logger output = TEXT;
    private long told;

    /**
     * Starts the writer.
     *
     * @param lanes how many loops hand over lines
     */
    AccessLog(int lanes) {
        queues = IntStream.range(0, lanes).mapToObj(lane -> new LineQueue(CAPACITY)).toList();
        dropped = new LaneCounter(lanes);
        writer = new Thread(this::run, "apex-access-log");
        writer.setDaemon(true);
        writer.start();
    }

    /** Changes how lines are written from now on. Any thread. */
    void format(AccessLogFormat next) {
        format = next;
    }

    /** Whether anybody wants to have a line; if not, none need be made. */
    boolean isOn() {
        return switch (format) {
            case TEXT -> TEXT.isInfoEnabled();
            case JSON -> JSON.isInfoEnabled();
            case OFF -> false;
        };
    }

    /** Hands over a line. Called on the thread of the lane's loop. */
    void write(int lane, Session.Summary session) {
        if (!queues.get(lane).offer(session)) {
            dropped.add(lane, 1);
        }
    }

    /** Lines that were dropped since the start. */
    long dropped() {
        return dropped.sum();
    }

    /** Writes what is queued, if the output takes it, and ends the writer. The loops have ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean last;
        do {
            LockSupport.parkNanos(PERIOD_NANOS);
            last = closed; // what was queued before is seen below
            try {
                writeQueued(last);
            } catch (RuntimeException e) {
                LOG.error("The access log failed", e);
            }
        } while (!last);
    }

    private void writeQueued(boolean last) {
        AccessLogFormat now = format;
        if (now != AccessLogFormat.OFF) {
            output = now == AccessLogFormat.JSON ? JSON : TEXT;
        }
        queues.forEach(queue -> queue.drain(this::write));
        long untold = dropped() - told;
        if (untold > 0 && (last || throttle.permits())) {
            told += untold;
            LOG.warn("access log: {} lines dropped, as the output does not take them in time", untold);
        }
    }

    private void write(Session.Summary session) {
        output.atInfo()
                .addKeyValue("client", Address.text(session.client()))
                .addKeyValue("listener", session.listener())
                .addKeyValue("backend", session.backend())
                .addKeyValue("connect_ms", session.connectedNanos() == 0
                        ? NONE : millis(session.connectedNanos() - session.acceptedNanos()))
                .addKeyValue("duration_ms", millis(session.endedNanos() - session.acceptedNanos()))
                .addKeyValue("from_client", session.bytesFromClient())
                .addKeyValue("from_backend", session.bytesFromBackend())
                .addKeyValue("attempts", session.attempts())
                .log(session.ending().label());
    }

    /** In tenths: a loopback connection takes less than one millisecond. */
    private static String millis(long nanos) {
        long tenths = nanos / TENTH_NANOS;
        return tenths / 10 + "." + tenths % 10;
    }
}
