package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.relay.accept.AcceptContext;
import io.apexproxy.runtime.relay.accept.Admission;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.buffer.BufferMemory;
import io.apexproxy.runtime.relay.connecting.ConnectContext;
import io.apexproxy.runtime.relay.connecting.OwnConnections;
import io.apexproxy.runtime.relay.loop.LoopWatch;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.TimedEntry;
import io.apexproxy.runtime.relay.record.AccessLog;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.CauseCounters;
import io.apexproxy.runtime.relay.record.SessionRecord;
import io.apexproxy.runtime.relay.tunnel.AcknowledgementWatch;
import io.apexproxy.runtime.stats.ConnectionLimit;
import io.apexproxy.runtime.stats.LimitWatch;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops, what they share, and the sessions on them.
 *
 * <p>All methods may be called from any thread but those of the loops.
 */
public final class Relay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** Sessions end within a turn of their loop; a loop that takes longer is blocked. */
    private static final long END_MILLIS = 2_000;
    /** Between two attempts to end all sessions, as one may have begun meanwhile. */
    private static final long RETRY_MILLIS = 100;

    private final BufferMemory memory;
    private final Admission admission;
    private final List<RelayLoop> loops;
    private final AcknowledgementWatch acknowledgements = new AcknowledgementWatch();
    private final AccessLog accessLog;
    private final LimitWatch descriptors = new LimitWatch("file descriptors");
    private final CauseCounters causes;
    private final Sessions sessions;
    private final OwnConnections ownConnections = new OwnConnections();
    private final AcceptContext acceptContext;

    /**
     * Starts the loops.
     *
     * @param engine opens the loops
     * @param threads how many loops; one is used if the engine does not distribute connections
     * @param bufferMemory ceiling for buffers, in bytes
     * @param maxConnections over all listeners; 0: no limit
     * @throws IOException if a loop cannot be opened, for lack of descriptors for instance
     */
    public Relay(Engine engine, int threads, long bufferMemory, int maxConnections) throws IOException {
        int count = engine.distributesConnections() ? threads : 1;
        memory = new BufferMemory(bufferMemory, count);
        admission = new Admission(maxConnections);
        causes = new CauseCounters(count);
        LogThrottle localFailures = new LogThrottle(); // for all loops, as each of them is short of descriptors then
        loops = open(engine, count);
        accessLog = new AccessLog(count);
        sessions = new Sessions(loops, admission, accessLog, causes, acknowledgements,
                loop -> new ConnectContext(loop, localFailures, ownConnections));
        acceptContext = new AcceptContext(loops, admission, new ForwardingLoopGuard(ownConnections, sessions),
                localFailures, descriptors);
    }

    private List<RelayLoop> open(Engine engine, int count) throws IOException {
        List<RelayLoop> opened = new ArrayList<>();
        try {
            for (int index = 0; index < count; index++) {
                opened.add(new RelayLoop(index, engine, memory));
            }
        } catch (Throwable e) {
            opened.forEach(Relay::close);
            throw e;
        }
        return List.copyOf(opened);
    }

    /**
     * Listens on an address; connections are queued by the kernel until {@link ListenSocket#serve}.
     *
     * @param address where
     * @param unixMode who may connect, where the address is a file
     * @param besideOwn whether the address overlaps one that this relay listens on and will soon give up, as all
     *     addresses overlap each: then it is bound next to that one, where the system can
     * @return the bound sockets, to be closed by the caller
     * @throws IOException if the address is in use, not of this machine, or not allowed
     */
    public ListenSocket bind(Address address, Set<PosixFilePermission> unixMode, boolean besideOwn)
            throws IOException {
        ListenSocket socket = address instanceof UnixPath unix
                ? ListenSocket.bind(acceptContext, unix, unixMode)
                : ListenSocket.bind(acceptContext, (HostPort) address, besideOwn);
        ownConnections.listensOn(socket.bound());
        socket.onClose(() -> ownConnections.listensNoMoreOn(socket.bound()));
        return socket;
    }

    /** Creates a listener, which accepts nothing before a socket serves it. */
    public Listener newListener(ListenerConfig config, Pool pool) {
        return new Listener(config, pool, loops.size(), this::listenerChanged);
    }

    private void listenerChanged() {
        admission.retry();
        forEachSession(Session::dueEarlier);
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

    /** Returns how many lines of the access log the output did not take in time, since the start. */
    public long accessLinesDropped() {
        return accessLog.dropped();
    }

    /** Logs loops that are blocked, and samples their poll delay, on a thread of the caller's. */
    public void watchLoops(ScheduledExecutorService executor) {
        executor.scheduleWithFixedDelay(
                new LoopWatch(loops), LoopWatch.PERIOD_MILLIS, LoopWatch.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the number of loops: the lanes of counters. */
    public int lanes() {
        return loops.size();
    }

    /** Returns the loops, for their numbers. */
    public List<RelayLoop> loops() {
        return loops;
    }

    /** Returns the connections that are open now. */
    public int active() {
        return admission.total().active();
    }

    /** Returns the connections that were accepted and wait at a limit now. */
    public int waiting() {
        return admission.waiting();
    }

    /** Returns the limit of connections over all listeners. */
    public ConnectionLimit total() {
        return admission.total();
    }

    /** Returns the watch that logs when accepting pauses for lack of file descriptors. */
    public LimitWatch descriptors() {
        return descriptors;
    }

    /** Returns the memory of the buffers. */
    public BufferMemory memory() {
        return memory;
    }

    /** Returns how many sessions have ended for which cause, since the start. */
    public Map<Cause, Long> causes() {
        return causes.sums();
    }

    /** Ends all sessions that a backend serves, soon. */
    public void abortSessionsOf(BackendState backend) {
        forEachSession(session -> session.abortIfServedBy(backend));
    }

    private void forEachSession(Consumer<Session> action) {
        Consumer<TimedEntry> onEntry = entry -> action.accept((Session) entry);
        loops.forEach(loop -> loop.forEachSession(onEntry));
    }

    /**
     * Ends all sessions, and returns when they have ended.
     *
     * @param cause goes to the access log
     */
    public void abortSessions(Cause cause) throws InterruptedException {
        long started = System.nanoTime();
        for (int tries = 0; active() > 0; tries++) {
            if (tries % RETRY_MILLIS == 0) {
                forEachSession(session -> session.abort(cause));
            }
            if (System.nanoTime() - started > TimeUnit.MILLISECONDS.toNanos(END_MILLIS)) {
                LOG.error("{} sessions do not end", active());
                return;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Ends the loops and what runs on them. */
    @Override
    public void close() {
        acknowledgements.close();
        loops.forEach(Relay::close);
        accessLog.close();
    }

    private static void close(RelayLoop loop) {
        try {
            loop.close();
        } catch (IOException e) {
            LOG.warn("closing loop {} failed", loop.index(), e);
        }
    }

    /** Returns the connections of this process to itself. For tests. */
    OwnConnections ownConnections() {
        return ownConnections;
    }

    /** Passes the record of each session that ends from now on to an observer, on the session's loop. For tests. */
    void observe(Consumer<SessionRecord> observer) {
        sessions.observe(observer);
    }
}
