package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.relay.accept.Accepted;
import io.apexproxy.runtime.relay.accept.Admission;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.SessionStarter;
import io.apexproxy.runtime.relay.connecting.ConnectContext;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.AccessLog;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.CauseCounters;
import io.apexproxy.runtime.relay.record.SessionRecord;
import io.apexproxy.runtime.relay.tunnel.Acknowledgements;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the sessions of connections that were admitted. When one ends, counts its cause, writes its line in the access
 * log and releases its admission. On the loops' threads.
 */
final class Sessions implements SessionStarter, SessionContext.Ends {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final Admission admission;
    private final AccessLog accessLog;
    private final CauseCounters causes;
    /** By the loops' numbers. */
    private final List<SessionContext> contexts;
    /** Null but in tests. */
    private volatile Consumer<SessionRecord> observer;

    Sessions(List<RelayLoop> loops, Admission admission, AccessLog accessLog, CauseCounters causes,
            Acknowledgements acknowledgements, Function<RelayLoop, ConnectContext> connecting) {
        this.admission = admission;
        this.accessLog = accessLog;
        this.causes = causes;
        this.contexts = loops.stream()
                .map(loop -> new SessionContext(acknowledgements, connecting.apply(loop), this)).toList();
    }

    @Override
    public void start(RelayLoop loop, Listener listener, Accepted accepted) {
        create(loop, listener, accepted, session -> session.start(List.of()));
    }

    /** Closes a connection that was admitted, and counts and logs it as one that has ended for this cause. */
    void refuse(RelayLoop loop, Listener listener, Accepted accepted, Cause cause) {
        create(loop, listener, accepted, session -> session.refuse(cause));
    }

    /** Creates a session and begins it. If the connection is broken already, it then holds nothing any more. */
    private void create(RelayLoop loop, Listener listener, Accepted accepted, Consumer<Session> begin) {
        Session session;
        try {
            session = new Session(contexts.get(loop.index()), listener, accepted);
        } catch (Throwable e) {
            accepted.client().close();
            admission.release(listener);
            if (e instanceof IOException) { // it broke so early that it has no address any more
                LOG.debug("listeners.{}: a connection was gone before it was served", listener.name(), e);
            } else {
                LOG.error("listeners.{}: a defect ended a connection", listener.name(), e);
            }
            return;
        }
        begin.accept(session);
    }

    /** Passes the record of each session that ends from now on to an observer, on the session's loop. Any thread. */
    void observe(Consumer<SessionRecord> next) {
        observer = next;
    }

    @Override
    public void ended(Session session) {
        int lane = session.loop().index();
        try {
            causes.add(lane, session.cause());
            long ended = session.loop().nanoTime();
            session.countEnd(ended);
            Consumer<SessionRecord> watching = observer;
            if (watching != null) {
                watching.accept(session.toRecord(ended));
            }
            if (accessLog.isOn()) {
                accessLog.write(lane, session.toRecord(ended));
            }
        } finally { // an appender that throws must not keep the admission
            admission.release(session.listener());
        }
    }
}
