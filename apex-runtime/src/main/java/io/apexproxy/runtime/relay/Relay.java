package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.Address;
import io.apexproxy.runtime.config.HostPort;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.UnixPath;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.pool.BackendState;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.record.AccessLog;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: the event loops and what they share.
 *
 * <p>All methods may be called from any thread but those of the loops.
 */
public final class Relay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** Handlers of closed channels need a moment; a loop that does not get to them in this time is stuck. */
    private static final long END_MILLIS = 2_000;

    private final BufferMemory memory;
    private final Admission admission;
    private final List<EventLoop> loops;
    private final Resets resets = new Resets();
    private final AccessLog accessLog;
    private final LogThrottle localFailures = new LogThrottle();
    private final Map<Cause, LaneCounter> endings = new EnumMap<>(Cause.class);

    /**
     * Starts the loops.
     *
     * @param threads how many; where the kernel does not distribute connections among sockets, one is used
     * @param bufferMemory ceiling for buffers, in bytes
     * @param maxConnections over all listeners; 0: no limit
     * @throws IOException if a loop cannot be opened, for lack of descriptors for instance
     */
    public Relay(int threads, long bufferMemory, int maxConnections) throws IOException {
        int count = kernelBalances() ? threads : 1;
        memory = new BufferMemory(bufferMemory, count);
        admission = new Admission(maxConnections, memory);
        for (Cause cause : Cause.values()) {
            endings.put(cause, new LaneCounter(count));
        }
        List<EventLoop> opened = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            opened.add(new EventLoop(index, admission, memory));
        }
        loops = List.copyOf(opened);
        accessLog = new AccessLog(count);
    }

    /**
     * Whether the kernel distributes connections among sockets bound to one address with SO_REUSEPORT. Linux does; BSD
     * and macOS have the option, but give all connections to one socket; Windows has none.
     */
    private static boolean kernelBalances() {
        return System.getProperty("os.name").equals("Linux");
    }

    /**
     * Listens on an address; connections are queued by the kernel until {@link ListenSocket#serve}.
     *
     * @param address where
     * @param unixMode who may connect, where the address is a file
     * @param besideOwn whether the address overlaps one that this relay listens on and will soon give up, as all
     *     addresses overlap each: then it is bound beside that one, where the system can
     * @return the bound sockets, to be closed by the caller
     * @throws IOException if the address is in use, not of this machine, or not allowed
     */
    public ListenSocket bind(Address address, Set<PosixFilePermission> unixMode, boolean besideOwn)
            throws IOException {
        return address instanceof UnixPath unix
                ? ListenSocket.bind(this, unix, unixMode)
                : ListenSocket.bind(this, (HostPort) address, besideOwn);
    }

    /** Makes a listener, which accepts nothing before a socket serves it. */
    public Listener newListener(ListenerConfig config, Pool pool) {
        return new Listener(config, pool, loops.size());
    }

    /** Changes the limit of connections over all listeners; 0: no limit. */
    public void limitConnections(int max) {
        admission.total().change(max);
        admission.retry();
    }

    /** Changes how the access log is written from now on. */
    public void logAccess(AccessLogFormat format) {
        accessLog.changeFormat(format);
    }

    /** Lines of the access log that the output did not take in time, since the start. */
    public long accessLinesDropped() {
        return accessLog.dropped();
    }

    /** Tells of loops that do not come round, on a thread of the caller's. */
    public void watchLoops(ScheduledExecutorService executor) {
        executor.scheduleWithFixedDelay(
                new LoopWatch(loops), LoopWatch.LOOK_MILLIS, LoopWatch.LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many loops there are: the number of lanes for counters. */
    public int lanes() {
        return loops.size();
    }

    /** Connections that are open now. */
    public int active() {
        return admission.total().active();
    }

    /** Bytes in buffers now. */
    public long bufferBytes() {
        return memory.used();
    }

    /** How many sessions ended for which cause, since the start. */
    public Map<Cause, Long> endings() {
        Map<Cause, Long> sums = new EnumMap<>(Cause.class);
        endings.forEach((cause, counter) -> sums.put(cause, counter.sum()));
        return sums;
    }

    /** Ends all sessions that a backend serves. */
    public void abortSessionsOf(BackendState backend) {
        for (EventLoop loop : loops) {
            for (Session session : loop.sessions()) {
                if (session.isServedBy(backend)) {
                    session.abort(Cause.BACKEND_DOWN);
                }
            }
        }
    }

    /**
     * Ends all sessions, and returns when they have ended.
     *
     * @param cause what the access log says
     */
    public void abortSessions(Cause cause) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        while (active() > 0) {
            loops.forEach(loop -> loop.sessions().forEach(session -> session.abort(cause)));
            if (System.nanoTime() - deadline > 0) {
                LOG.error("{} sessions do not end", active());
                return;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Ends the loops and whatever runs on them. */
    @Override
    public void close() {
        resets.close();
        for (EventLoop loop : loops) {
            try {
                loop.close();
            } catch (IOException e) {
                LOG.warn("Closing an event loop", e);
            }
        }
        accessLog.close();
    }

    List<EventLoop> loops() {
        return loops;
    }

    Admission admission() {
        return admission;
    }

    Resets resets() {
        return resets;
    }

    /** One for all: where descriptors are short, each loop is short of them, for clients as for backends. */
    LogThrottle localFailures() {
        return localFailures;
    }

    void ended(Session session, Cause cause) {
        try {
            endings.get(cause).add(session.loop().index(), 1);
            if (accessLog.isOn()) {
                accessLog.write(session.loop().index(), session.summary(cause));
            }
        } finally { // an appender that throws must not cost a place for ever
            admission.release(session.entrance());
        }
    }
}
