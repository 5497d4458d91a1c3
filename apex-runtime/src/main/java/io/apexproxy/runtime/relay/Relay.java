package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.accept.AcceptContext;
import io.apexproxy.runtime.relay.accept.Admission;
import io.apexproxy.runtime.relay.accept.InheritedSocket;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import io.apexproxy.runtime.relay.connecting.ConnectContext;
import io.apexproxy.runtime.relay.connecting.OwnConnections;
import io.apexproxy.runtime.relay.loop.Handshakes;
import io.apexproxy.runtime.relay.loop.LoopWatch;
import io.apexproxy.runtime.relay.loop.RelayLoop;
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
 * The relay: the event loops, their shared objects, and the sessions on them. Any thread but those of the loops.
 */
public final class Relay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** Longer than any turn of a loop that is not blocked. */
    private static final long ABORT_TIMEOUT_MILLIS = 2_000;
    /** The period of repeated aborts, which end sessions that have started in the meantime. */
    private static final long ABORT_RETRY_MILLIS = 100;

    private final BufferMemory memory;
    private final Admission admission;
    private final List<RelayLoop> loops;
    private final AcknowledgementWatch acknowledgements = new AcknowledgementWatch();
    private final AccessLog accessLog;
    private final LimitWatch descriptors = new LimitWatch("file descriptors");
    private final CauseCounters causes;
    private final Sessions sessions;
    private final LiveSessions live;
    private final OwnConnections ownConnections = new OwnConnections();
    private final AcceptContext acceptContext;
    private final int pipesPerLoop;

    /**
     * Starts the loops.
     *
     * @param engine opens the loops
     * @param threads the number of loops; ignored if the engine does not distribute connections, then 1
     * @param bufferMemory the ceiling for buffers, in bytes
     * @param maxConnections the limit over all listeners; 0: no limit
     * @param tlsHandshakes the limit of concurrent TLS handshakes with clients
     * @throws IOException if a loop cannot be opened, for example for lack of descriptors
     */
    public Relay(Engine engine, int threads, long bufferMemory, int maxConnections, int tlsHandshakes)
            throws IOException {
        pipesPerLoop = engine.pipesPerLoop();
        int count = engine.distributesConnections() ? threads : 1;
        memory = new BufferMemory(bufferMemory, count);
        admission = new Admission(maxConnections, tlsHandshakes);
        causes = new CauseCounters(count);
        LogThrottle localFailures = new LogThrottle(); // shared: a lack of descriptors affects all loops
        LogThrottle tlsRefusals = new LogThrottle();
        LogThrottle slowConnects = new LogThrottle();
        loops = open(engine, count);
        live = new LiveSessions(loops);
        accessLog = new AccessLog(count);
        sessions = new Sessions(loops, admission, accessLog, causes, acknowledgements, admission.handshakes(),
                loop -> new ConnectContext(loop, localFailures, tlsRefusals, slowConnects, ownConnections));
        acceptContext = new AcceptContext(loops, admission, new ForwardingLoopGuard(ownConnections, sessions),
                localFailures, descriptors);
    }

    private List<RelayLoop> open(Engine engine, int count) throws IOException {
        List<RelayLoop> opened = new ArrayList<>();
        try {
            for (int index = 0; index < count; index++) {
                opened.add(new RelayLoop(index, engine, memory, admission.handshakes()));
            }
        } catch (Throwable e) {
            opened.forEach(Relay::close);
            throw e;
        }
        return List.copyOf(opened);
    }

    /**
     * Listens on an address. The kernel queues connections until {@link ListenSocket#serve}.
     *
     * @param address the address
     * @param unixMode the mode of the file, if the address is a Unix-domain socket
     * @param isShared whether the address overlaps one on which this process, or the one that it takes over, listens; a
     *     wildcard address overlaps each address of its port. Then the sockets share the port, if the system supports
     *     that, and the file of a Unix-domain socket is replaced.
     * @return the bound sockets, which the caller closes
     * @throws IOException if the address is in use, not of this machine, or not permitted
     */
    public ListenSocket bind(Address address, Set<PosixFilePermission> unixMode, boolean isShared)
            throws IOException {
        ListenSocket socket = address instanceof UnixPath unix
                ? ListenSocket.bind(acceptContext, unix, unixMode, isShared)
                : ListenSocket.bind(acceptContext, (HostPort) address, isShared);
        return register(socket);
    }

    /** Listens on an inherited socket, for an address of the configuration. Otherwise like {@link #bind}. */
    public ListenSocket listen(InheritedSocket inherited, Address address) throws IOException {
        return register(inherited.listen(acceptContext, address));
    }

    private ListenSocket register(ListenSocket socket) {
        ownConnections.addListenAddress(socket.bound());
        socket.onClose(() -> ownConnections.removeListenAddress(socket.bound()));
        return socket;
    }

    /** Creates a listener. {@link ListenSocket#serve} starts to accept its connections. */
    public Listener newListener(ListenerConfig config, Routing.Parts parts) {
        return new Listener(config, parts, loops.size(), loops.get(0).nanoTime(), this::listenerChanged);
    }

    private void listenerChanged() {
        admission.retry();
        live.updateDeadlines();
    }

    /** Changes the limit of connections over all listeners; 0: no limit. */
    public void limitConnections(int max) {
        admission.total().change(max);
        admission.retry();
    }

    /** Changes the format of the access log. */
    public void logAccess(AccessLogFormat format) {
        accessLog.changeFormat(format);
    }

    /** Returns the number of access log lines dropped since the start. */
    public long accessLinesDropped() {
        return accessLog.dropped();
    }

    /** Starts to log blocked loops and to sample poll delays, on a thread of the executor. */
    public void watchLoops(ScheduledExecutorService executor) {
        executor.scheduleWithFixedDelay(
                new LoopWatch(loops), LoopWatch.PERIOD_MILLIS, LoopWatch.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the most pipes of each loop. */
    public int pipesPerLoop() {
        return pipesPerLoop;
    }

    /** Returns the number of loops, which is the number of lanes of counters. */
    public int lanes() {
        return loops.size();
    }

    /** Returns the loops, for their statistics. */
    public List<RelayLoop> loops() {
        return loops;
    }

    /** Returns the number of open connections. */
    public int active() {
        return admission.total().active();
    }

    /** Returns the number of accepted connections that wait at a limit. */
    public int waiting() {
        return admission.waiting();
    }

    /** Returns the limit of connections over all listeners. */
    public ConnectionLimit total() {
        return admission.total();
    }

    /** Returns the watch that logs when accepting is paused for lack of file descriptors. */
    public LimitWatch descriptors() {
        return descriptors;
    }

    /** Returns the TLS handshakes. */
    public Handshakes handshakes() {
        return admission.handshakes();
    }

    /** Returns the memory of the buffers. */
    public BufferMemory memory() {
        return memory;
    }

    /** Returns the number of ended sessions by cause, since the start. */
    public Map<Cause, Long> causes() {
        return causes.sums();
    }

    /** Returns the open sessions. */
    public LiveSessions live() {
        return live;
    }

    /** Ends all sessions with this cause, and returns when they have ended, at the latest after 2 s. */
    public void abortSessions(Cause cause) throws InterruptedException {
        long started = System.nanoTime();
        for (int waits = 0; active() > 0; waits++) {
            if (waits % ABORT_RETRY_MILLIS == 0) {
                live.forEach(session -> session.abort(cause));
            }
            if (System.nanoTime() - started > TimeUnit.MILLISECONDS.toNanos(ABORT_TIMEOUT_MILLIS)) {
                LOG.error("{} sessions still open {} ms after their abort", active(), ABORT_TIMEOUT_MILLIS);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Ends the loops with their sessions, and the access log. */
    @Override
    public void close() {
        acknowledgements.close();
        loops.forEach(Relay::close);
        admission.handshakes().close();
        accessLog.close();
    }

    private static void close(RelayLoop loop) {
        try {
            loop.close();
        } catch (IOException e) {
            LOG.warn("failed to close loop {}", loop.index(), e);
        }
    }

    /** Returns the connections from this process to itself. For tests. */
    OwnConnections ownConnections() {
        return ownConnections;
    }

    /** Sets an observer, which receives the record of each ended session on the session's loop. For tests. */
    void observe(Consumer<SessionRecord> observer) {
        sessions.observe(observer);
    }
}
