package io.apexproxy.runtime.relay;

import static io.apexproxy.runtime.relay.Invariants.require;

import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.engine.sim.peer.Peer;
import io.apexproxy.runtime.relay.Scenario.Incident;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The invariants of a session: its bytes are complete or its cause explains why not, and the cause is justified. */
final class SessionCheck {

    /** Longest time until a reset is detected while a backend is being connected. */
    private static final long LATEST_LEAVE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Number of unread bytes above which a reset is not detected before the tunnel begins. */
    private static final int MOST_READ_AHEAD = 16 * 1024;
    /** The same for a client that waits in the queue of its pool. */
    private static final int MOST_READ_WAITING = 2 * 1024;

    private final Scenario scenario;
    private final SessionRecord session;
    private final Peer client;
    /** Null if unknown, because no bytes arrived from client to backend or back. */
    private final Peer backend;
    private final String text;

    SessionCheck(Scenario scenario, SessionRecord session, Peer client, Peer backend) {
        this.scenario = scenario;
        this.session = session;
        this.client = client;
        this.backend = backend;
        this.text = Invariants.text(session) + " of " + client + " and " + backend;
    }

    void check() {
        checkCause(session.cause());
        checkLeaving();
        checkQueue();
        if (!scenario.happened(Incident.SUSPENSION)) { // else round-robin can have replaced a late load balancer
            scenario.proxy().reports().check(session, text);
        }
        checkAge();
        require(session.bytesFromClient() <= client.sent(), text + ": more bytes from the client than it sent");
        require(client.received() <= session.bytesFromBackend(), text + ": the client received more than was relayed");
        if (backend != null) {
            require(session.bytesFromBackend() <= backend.sent(), text + ": more bytes from the backend than it sent");
            require(backend.received() <= session.bytesFromClient(), text + ": the backend received too much");
        }
        if (session.connectedNanos() > 0
                && (session.cause() == Cause.CLIENT_CLOSED || session.cause() == Cause.BACKEND_CLOSED)) {
            checkComplete();
        }
    }

    private void checkComplete() {
        require(client.hasLeftEarly() || session.bytesFromClient() == client.sent(),
                text + ": read " + session.bytesFromClient() + " bytes of " + client.sent());
        require(!client.hasSeenEnd() || client.received() == session.bytesFromBackend(),
                text + ": the client received " + client.received() + " bytes of " + session.bytesFromBackend());
        require(client.hasSeenEnd() || client.hasLeftEarly() || !client.plan().readsAtOnce(),
                text + ": the client has not seen the end");
        if (backend != null) {
            require(backend.hasLeftEarly() || session.bytesFromBackend() == backend.sent(),
                    text + ": read " + session.bytesFromBackend() + " bytes of " + backend.sent());
            require(!backend.hasSeenEnd() || backend.received() == session.bytesFromClient(),
                    text + ": the backend received " + backend.received() + " bytes of " + session.bytesFromClient());
        }
    }

    /** Checks that a session ends soon if its client resets the connection while the backend is being connected. */
    private void checkLeaving() {
        boolean noticeable = session.connectedNanos() == 0 && client.hasReset() && !client.hasHalfClosed()
                && client.sent() < (session.queuedNanos() > 0 ? MOST_READ_WAITING : MOST_READ_AHEAD)
                && scenario.proxy().settings().hasLargeMemory()
                && !scenario.happened(Incident.SUSPENSION);
        long began = elapsed(session.acceptedNanos() + session.waitedNanos());
        require(!noticeable || elapsed(session.endedNanos()) - Math.max(began, client.goneAt()) < LATEST_LEAVE_NANOS,
                text + ": the client left at " + client.goneAt() + " and the session ended at "
                        + elapsed(session.endedNanos()));
    }

    /** Checks that a connection waits in the queue of its pool until the timeout at the latest. */
    private void checkQueue() {
        long timeout = scenario.proxy().settings().queue().queueTimeout().toNanos();
        boolean known = !scenario.happened(Incident.RELOAD) && !scenario.happened(Incident.SUSPENSION);
        require(!known || session.queuedNanos() < timeout + LATEST_LEAVE_NANOS || session.queuedNanos() == 0,
                text + ": waited for " + session.queuedNanos() + " ns");
        require(!known || session.cause() != Cause.QUEUE_TIMEOUT || session.queuedNanos() >= timeout,
                text + ": timed out after " + session.queuedNanos() + " ns");
    }

    /** Checks that a session that relays ends when it has 110 % of the highest age. */
    private void checkAge() {
        long most = sessions().maxConnectionAge().toNanos() / 10 * 11;
        boolean known = most > 0 && session.connectedNanos() != 0 && !scenario.happened(Incident.RELOAD)
                && !scenario.happened(Incident.SUSPENSION);
        long late = Math.min(session.endedNanos() - session.acceptedNanos() - most,
                session.endedNanos() - session.connectedNanos() - scenario.proxy().settings().earlyClose().toNanos());
        require(!known || late < LATEST_LEAVE_NANOS, text + ": ended " + late + " ns after its highest age");
    }

    /** Returns whether connections wait in queues, or can have waited before a reload. */
    private boolean hasQueue() {
        return scenario.proxy().settings().queue().isOn() || scenario.happened(Incident.RELOAD);
    }

    private boolean hasLimitedBackends() {
        return scenario.proxy().settings().backendConnections() > 0 || scenario.happened(Incident.RELOAD);
    }

    /** Converts a time of the loops to nanoseconds of the simulation. */
    private long elapsed(long nanoTime) {
        return nanoTime - scenario.simulation().nanoTime() + scenario.simulation().elapsedNanos();
    }

    /** Returns whether the session has ended because of a half-close, according to the listener. */
    private boolean wasAborted() {
        return session.connectedNanos() == 0 && client.hasHalfClosed()
                && (scenario.proxy().settings().abortsOnClose() || scenario.happened(Incident.RELOAD));
    }

    private void checkCause(Cause cause) {
        boolean backendFailed = scenario.happened(Incident.BACKEND_FAILS);
        boolean justified = switch (cause) {
            case CLIENT_CLOSED, BACKEND_CLOSED -> true;
            case CLIENT_RESET -> client.hasLeftEarly() || wasAborted();
            case BACKEND_RESET -> backend == null || backend.hasLeftEarly();
            case IDLE_TIMEOUT -> wasIdle(scenario.proxy().settings().idle());
            case HALF_CLOSED_TIMEOUT -> wasIdle(scenario.proxy().settings().halfClosed());
            case CONNECT_FAILED, NO_BACKEND -> backendFailed;
            case CONNECT_TIMEOUT -> backendFailed || scenario.happened(Incident.SUSPENSION);
            case BACKENDS_FULL -> hasLimitedBackends()
                    && (!scenario.proxy().settings().queue().isOn() || scenario.happened(Incident.RELOAD));
            case QUEUE_TIMEOUT, QUEUE_FULL -> hasLimitedBackends() && hasQueue();
            case MAINTENANCE -> false; // no scenario takes a backend into maintenance
            case BACKEND_DOWN -> backendFailed
                    && (sessions().onBackendDown().within().isPresent() || scenario.happened(Incident.RELOAD));
            case BACKEND_REMOVED -> false; // no scenario removes a backend
            case MAX_CONNECTION_AGE -> isOld() || scenario.happened(Incident.RELOAD);
            case REBALANCED -> sessions().rebalance().isPresent() || scenario.happened(Incident.RELOAD);
            case DRAINED -> scenario.isDrained();
            case SHUTDOWN -> scenario.happened(Incident.ABORT);
            case CLOSED_BY_OPERATOR -> scenario.happened(Incident.OPERATOR_CLOSES);
            case LOCAL_FAILURE -> scenario.happened(Incident.NO_DESCRIPTORS) || scenario.happened(Incident.NO_PORTS);
            case FORWARDING_LOOP, DENIED, CLIENT_LIMIT, CLIENT_RATE, LISTENER_RATE, PROXY_HEADER, FIRST_BYTES_TIMEOUT,
                    HELLO, TLS_FAILED, BACKEND_TLS_FAILED, NO_ROUTE, ROUTE_REFUSED, ROUTER, INTERNAL_ERROR -> false;
        };
        require(justified, text + ": the cause is not justified");
    }

    private SessionSettings sessions() {
        return scenario.proxy().settings().sessions();
    }

    /** Returns whether the session has 90 % of the highest age. */
    private boolean isOld() {
        long least = sessions().maxConnectionAge().toNanos() / 10 * 9;
        return least > 0 && session.endedNanos() - session.acceptedNanos() >= least;
    }

    /**
     * Returns whether both sides received no bytes for the timeout, or were missing none. True after a reload, which
     * changes timeouts.
     */
    private boolean wasIdle(Duration timeout) {
        if (scenario.happened(Incident.RELOAD)) {
            return true;
        }
        long ended = elapsed(session.endedNanos());
        return wasIdle(client, ended, timeout) && (backend == null || wasIdle(backend, ended, timeout));
    }

    private static boolean wasIdle(Peer peer, long ended, Duration timeout) {
        long last = peer.endpoint().lastReceived();
        return last >= ended || peer.endpoint().missing() == 0 || ended - last >= timeout.toNanos() - 1_000_000;
    }
}
