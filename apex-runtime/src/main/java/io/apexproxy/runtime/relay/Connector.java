package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.pool.BackendState;
import io.apexproxy.runtime.pool.Picking;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a session to a backend, and to another one where that fails; then it is forgotten.
 *
 * <p>Everything happens on the loop's thread, except {@link #sweep} and {@link #close}: those only close the channel,
 * and the connect that then fails says so on the loop's.
 */
final class Connector {

    private enum State { PICKING, CONNECTING, OVERDUE, CONNECTED }

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final AtomicReferenceFieldUpdater<Connector, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Connector.class, State.class, "state");

    private static final CompletionHandler<Void, Connector> CONNECT = new CompletionHandler<>() {
        @Override
        public void completed(Void nothing, Connector connector) {
            try {
                connector.connected();
            } catch (Throwable e) { // must not escape: it would end the loop's task and leak the session
                connector.session.defect(e);
            }
        }

        @Override
        public void failed(Throwable cause, Connector connector) {
            try {
                connector.failed(cause);
            } catch (Throwable e) {
                connector.session.defect(e);
            }
        }
    };

    private final Session session;
    private final Relay relay;
    private final EventLoop loop;
    private final Pool pool;
    private final Picking picking;
    private Cause failure = Cause.NO_BACKEND;
    private BackendState backend;
    private long startedNanos;
    private volatile long startedMillis;
    private volatile LoopSocketChannel channel;
    private volatile State state = State.PICKING;

    Connector(Session session, Relay relay, Pool pool) {
        this.session = session;
        this.relay = relay;
        this.loop = session.loop();
        this.pool = pool;
        this.picking = new Picking(pool, session);
    }

    /** Tries the next backend. The session hears of the first one that accepts, or that there is none. */
    void connectNext() {
        Optional<BackendState> next = picking.next();
        if (next.isEmpty()) {
            session.end(picking.attempts() == 0 && picking.metFullBackends() ? Cause.BACKENDS_FULL : failure);
            return;
        }
        backend = next.get();
        LoopSocketChannel opened;
        try {
            opened = loop.openSocket(backend.address());
            channel = opened;
            if (session.isAborted()) { // before the channel was there to be closed
                session.end(failure);
                return;
            }
            if (backend.address() instanceof InetSocketAddress) {
                opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        } catch (IOException e) {
            failedLocally(e);
            return;
        }
        startedMillis = loop.clock().millis();
        startedNanos = System.nanoTime();
        state = State.CONNECTING;
        opened.connect(backend.address(), this, CONNECT);
    }

    private void connected() {
        if (!STATE.compareAndSet(this, State.CONNECTING, State.CONNECTED)) {
            failed(new IOException("timed out"));
            return;
        }
        backend.traffic().connections().add(loop.index(), 1);
        backend.traffic().connectTimes().add(loop.index(), System.nanoTime() - startedNanos);
        session.connected(backend, channel);
    }

    private void failed(Throwable cause) {
        boolean overdue = !STATE.compareAndSet(this, State.CONNECTING, State.PICKING);
        if (session.isAborted()) {
            session.end(failure);
        } else if (LocalFailure.is(cause)) {
            failedLocally(cause);
        } else {
            failure = overdue ? Cause.CONNECT_TIMEOUT : Cause.CONNECT_FAILED;
            String reason = overdue ? "connect timed out" : "connect failed: " + cause.getMessage();
            LOG.debug("{} to {}", reason, backend);
            backend.traffic().connectErrors().add(loop.index(), 1);
            pool.connectFailed(backend, reason);
            failover();
        }
    }

    /** Our lack of descriptors or ports is no backend's fault. */
    private void failedLocally(Throwable cause) {
        if (relay.localFailures().permits()) {
            LOG.warn("listeners.{}: cannot open a connection to {}: {}", session.listener(), backend,
                    cause.getMessage());
        }
        failure = Cause.LOCAL_FAILURE;
        failover();
    }

    private void failover() {
        close();
        BackendState refused = backend;
        backend = null;
        picking.failed(refused);
        loop.afterClosing(this::goOn);
    }

    /** Notices an abort that fell between two attempts as one during the next: when there is a channel to close. */
    private void goOn() {
        try {
            connectNext();
        } catch (Throwable e) {
            session.defect(e);
        }
    }

    /** Closes a connect that is overdue. Called at every tick of the loop. */
    void sweep(long nowMillis) {
        if (state != State.CONNECTING) { // first, as it is written after the time: a new attempt has no old time
            return;
        }
        long still = nowMillis - startedMillis - CoarseClock.MOST_BEHIND_MILLIS;
        if (still >= pool.config().connectTimeout().toMillis()
                && STATE.compareAndSet(this, State.CONNECTING, State.OVERDUE)) {
            close(); // read now: of the attempt that was marked, even if another had begun meanwhile
        }
    }

    /** Closes the connection that is being made, if there is one. Any thread. */
    void close() {
        LoopSocketChannel current = channel;
        if (current != null) { // no channel was opened if descriptors are short
            Session.close(current);
        }
    }

    /** The backend that it is connecting to, or null. */
    BackendState backend() {
        return backend;
    }

    int attempts() {
        return picking.attempts();
    }
}
