package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.relay.accept.Accepted;
import io.apexproxy.runtime.relay.accept.Admission;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.SessionStarter;
import io.apexproxy.runtime.relay.connecting.ConnectContext;
import io.apexproxy.runtime.relay.loop.Handshakes;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.AccessLog;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.CauseCounters;
import io.apexproxy.runtime.relay.record.SessionRecord;
import io.apexproxy.runtime.relay.tunnel.Acknowledgements;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start and end of sessions. Starts the sessions of admitted connections. For each ended session, counts the cause,
 * writes the access log and releases the admission. Called on the loops' threads.
 */
final class Sessions implements SessionStarter, SessionContext.EndListener {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final Admission admission;
    private final AccessLog accessLog;
    private final CauseCounters causes;
    /** Indexed by the number of the loop. */
    private final List<SessionContext> contexts;
    /** Null except in tests. */
    private volatile Consumer<SessionRecord> observer;

    Sessions(List<RelayLoop> loops, Admission admission, AccessLog accessLog, CauseCounters causes,
            Acknowledgements acknowledgements, Handshakes handshakes, Function<RelayLoop, ConnectContext> connecting) {
        this.admission = admission;
        this.accessLog = accessLog;
        this.causes = causes;
        this.contexts = loops.stream()
                .map(loop -> new SessionContext(acknowledgements, connecting.apply(loop), handshakes, this))
                .toList();
    }

    @Override
    public void start(RelayLoop loop, Listener listener, Accepted accepted) {
        create(loop, listener, accepted, Session::start);
    }

    @Override
    public void refuse(RelayLoop loop, Listener listener, Accepted accepted, Cause cause) {
        try {
            SocketAddress peer = accepted.client().getRemoteAddress();
            accepted.client().reset();
            listener.refusals().add(loop.index(), cause);
            long now = loop.nanoTime();
            if (accessLog.isOn() && listener.refusals().permitsLine(cause, now)) {
                accessLog.write(loop.index(),
                        SessionRecord.refused(peer, listener.name(), accepted.nanos(), now, cause));
            }
        } catch (Throwable e) {
            accepted.client().close();
            LOG.error("listeners.{}: connection closed: internal error", listener.name(), e);
        }
    }

    /** Closes an admitted connection, and counts and logs it as a session that has ended with this cause. */
    void refuseAdmitted(RelayLoop loop, Listener listener, Accepted accepted, Cause cause) {
        create(loop, listener, accepted, session -> session.refuse(cause));
    }

    /** Creates a session and passes it to the action. Closes and releases a connection that is already broken. */
    private void create(RelayLoop loop, Listener listener, Accepted accepted, Consumer<Session> action) {
        Session session;
        try {
            session = new Session(contexts.get(loop.index()), listener, accepted);
        } catch (Throwable e) {
            accepted.client().close();
            accepted.claim().release(loop.nanoTime());
            admission.release(listener);
            if (e instanceof IOException) { // the socket no longer has a peer address
                LOG.debug("listeners.{}: client disconnected before its session started", listener.name(), e);
            } else {
                LOG.error("listeners.{}: connection closed: internal error", listener.name(), e);
            }
            return;
        }
        action.accept(session);
    }

    /** Sets an observer, which receives the record of each ended session on the session's loop. Any thread. */
    void observe(Consumer<SessionRecord> next) {
        observer = next;
    }

    @Override
    public void sessionEnded(Session session) {
        int lane = session.loop().index();
        try {
            causes.add(lane, session.cause());
            long ended = session.loop().nanoTime();
            session.client().countEnd(session.cause(), ended);
            if (session.cause().isRefusal()) {
                session.listener().refusals().add(lane, session.cause());
            }
            Consumer<SessionRecord> current = observer;
            if (current != null) {
                current.accept(session.toRecord(ended));
            }
            if (accessLog.isOn() && permitsLine(session, ended)) {
                accessLog.write(lane, session.toRecord(ended));
            }
        } finally { // also if the observer throws
            session.client().releaseClaim();
            admission.release(session.listener());
        }
    }

    private static boolean permitsLine(Session session, long ended) {
        return !session.cause().isRefusal() || session.listener().refusals().permitsLine(session.cause(), ended);
    }
}
