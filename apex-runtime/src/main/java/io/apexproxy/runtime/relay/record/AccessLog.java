package io.apexproxy.runtime.relay.record;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.TlsSession;
import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.log.BackdatedLogger;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.stats.LaneCounter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * The access log: one line per session with addresses, durations, bytes, and the cause of its end.
 *
 * <p>An event loop only queues the record of a session. The thread {@code apex-access-log} writes the lines, so that a
 * slow or blocked output delays no connection. If the queue of a loop is full, the record is dropped and counted; the
 * log reports the number of dropped lines.
 *
 * <p>The writer drains the queues every 50 ms while they have records. After a pass without records, it blocks without
 * a timeout until a loop queues a record and wakes it. So a loop pays for a wake-up at most once in 50 ms. An idle
 * proxy, or one whose access log is off, has no wake-ups.
 */
public final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final BackdatedLogger TEXT = new BackdatedLogger("apex.access");
    /** A separate logger, to which the logging configuration attaches a JSON appender. */
    private static final BackdatedLogger JSON = new BackdatedLogger("apex.access.json");

    /** The queued records per loop: a third of a second at 25,000 connections per second, about 110 bytes each. */
    static final int CAPACITY = 8192;
    /** The maximum delay of a line, and the minimum time between two wake-ups by a loop. */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** The maximum wait of {@link #close} for a blocked output. */
    private static final long CLOSE_TIMEOUT_MILLIS = 500;
    private static final long NANOS_PER_TENTH_MILLI = TimeUnit.MICROSECONDS.toNanos(100);
    private static final String NONE = "-";
    /** The maximum number of protocols in a line. Most clients offer two. */
    private static final int MAX_PROTOCOLS = 8;

    private final List<SpscQueue<SessionRecord>> queues;
    private final LaneCounter dropped;
    private final long periodNanos;
    private final LogThrottle throttle = new LogThrottle();
    private final Thread writer;
    /** True while the writer blocks without a timeout, or is about to. */
    private final AtomicBoolean idle = new AtomicBoolean();
    private volatile AccessLogFormat format = AccessLogFormat.TEXT;
    /** Not changed by {@code OFF}: records that are already queued are written in the previous format. */
    private volatile BackdatedLogger output = TEXT;
    private volatile boolean closed;
    /** Used by the writer only. */
    private long reportedDrops;

    /** Starts the writer of the records of these loops. */
    public AccessLog(int lanes) {
        this(lanes, PERIOD_NANOS);
    }

    /** Creates an access log with the period of a test. */
    AccessLog(int lanes, long periodNanos) {
        this.periodNanos = periodNanos;
        queues = IntStream.range(0, lanes).mapToObj(lane -> new SpscQueue<SessionRecord>(CAPACITY)).toList();
        dropped = new LaneCounter(lanes);
        writer = new Thread(this::run, "apex-access-log");
        writer.setDaemon(true);
        writer.start();
    }

    /** Changes the format of later lines; {@code OFF}: no lines are written. Any thread. */
    public void changeFormat(AccessLogFormat next) {
        switch (next) {
            case TEXT -> output = TEXT;
            case JSON -> output = JSON;
            case OFF -> {}
        }
        format = next;
    }

    /**
     * Returns whether the format and the level of the logger permit lines. Otherwise callers need not create records.
     * Any thread.
     */
    public boolean isOn() {
        return switch (format) {
            case TEXT -> TEXT.isInfoEnabled();
            case JSON -> JSON.isInfoEnabled();
            case OFF -> false;
        };
    }

    /**
     * Queues a record. If the queue is full, drops and counts the record. Called on the thread of the lane's loop; does
     * not block.
     */
    public void write(int lane, SessionRecord session) {
        if (!queues.get(lane).offer(session)) {
            dropped.add(lane, 1);
        }
        if (idle.get() && idle.compareAndSet(true, false)) { // only one loop pays for the wake-up
            LockSupport.unpark(writer);
        }
    }

    /** Returns the number of dropped lines since the start. Any thread. */
    public long dropped() {
        return dropped.sum();
    }

    /**
     * Writes the queued records and ends the writer. Waits at most 500 ms for a blocked output. The loops must have
     * ended before.
     */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_TIMEOUT_MILLIS);
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
        writeQueued(true); // records that were queued before close()
    }

    private void pause() {
        long end = System.nanoTime() + periodNanos;
        long left = periodNanos;
        while (left > 0 && !closed) { // a late wake-up for awaitRecord() must not shorten the period
            LockSupport.parkNanos(this, left);
            left = end - System.nanoTime();
        }
    }

    private void awaitRecord() {
        idle.set(true);
        while (idle.get() && !closed && queues.stream().allMatch(SpscQueue::isEmpty)) {
            LockSupport.park(this); // can wake up spuriously
        }
        idle.set(false);
    }

    /** Writes the queued records. Returns whether another pass is necessary without a wake-up. */
    private boolean writeQueued(boolean last) {
        try {
            int written = 0;
            for (SpscQueue<SessionRecord> queue : queues) {
                written += queue.drain(this::write);
            }
            long unreported = dropped() - reportedDrops;
            if (unreported > 0 && (last || throttle.permits())) {
                reportedDrops += unreported;
                LOG.warn("access log: {} lines dropped: the output is too slow", unreported);
            }
            return written > 0 || unreported > 0;
        } catch (Throwable e) { // including Error, because later lines still need the writer
            LOG.error("access log: failed to write lines", e);
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
        List<KeyValuePair> fields = new ArrayList<>();
        fields.add(new KeyValuePair("client", Address.text(session.client())));
        session.peer().ifPresent(peer -> fields.add(new KeyValuePair("peer", Address.text(peer))));
        fields.add(new KeyValuePair("listener", session.listener()));
        session.hello().ifPresent(hello -> addHello(fields, hello));
        session.tls().ifPresent(tls -> addTls(fields, tls));
        if (!session.route().isEmpty()) {
            fields.add(new KeyValuePair("route", session.route()));
        }
        fields.add(new KeyValuePair("backend", session.backend()));
        fields.add(new KeyValuePair("wait_ms", millis(session.waitedNanos())));
        long sought = session.acceptedNanos() + session.waitedNanos();
        if (session.openedNanos() != 0) {
            fields.add(new KeyValuePair("first_bytes_ms", millis(session.openedNanos() - sought)));
            sought = session.openedNanos();
        }
        if (session.queuedNanos() != 0) {
            fields.add(new KeyValuePair("queue_ms", millis(session.queuedNanos())));
            sought += session.queuedNanos();
        }
        fields.add(new KeyValuePair("connect_ms",
                session.connectedNanos() == 0 ? NONE : millis(session.connectedNanos() - sought)));
        fields.add(new KeyValuePair("duration_ms", millis(session.endedNanos() - session.acceptedNanos())));
        fields.add(new KeyValuePair("from_client", session.bytesFromClient()));
        fields.add(new KeyValuePair("from_backend", session.bytesFromBackend()));
        fields.add(new KeyValuePair("attempts", session.attempts()));
        return fields;
    }

    /** Adds what the client has sent before TLS begins. Its text is escaped and cut like all others. */
    private static void addHello(List<KeyValuePair> fields, ClientHello hello) {
        hello.serverName().ifPresent(name -> fields.add(new KeyValuePair("sni", name)));
        if (!hello.applicationProtocols().isEmpty()) {
            fields.add(new KeyValuePair("alpn", hello.applicationProtocols().stream().limit(MAX_PROTOCOLS)
                    .collect(Collectors.joining(","))));
        }
    }

    /** Adds the version of TLS and the subject of the client's certificate. */
    private static void addTls(List<KeyValuePair> fields, TlsSession tls) {
        fields.add(new KeyValuePair("tls", tls.version()));
        tls.peerCertificates().stream().findFirst().ifPresent(certificate -> fields
                .add(new KeyValuePair("client_cert", certificate.getSubjectX500Principal().getName())));
    }

    /** Returns milliseconds with one decimal: a connection over loopback takes less than 1 ms. */
    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / NANOS_PER_TENTH_MILLI, 1);
    }
}
