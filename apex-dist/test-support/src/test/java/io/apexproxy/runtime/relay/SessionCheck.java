package io.apexproxy.runtime.relay;

import static io.apexproxy.runtime.relay.Invariants.require;

import io.apexproxy.runtime.engine.sim.peer.Peer;
import io.apexproxy.runtime.relay.Scenario.Incident;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import java.time.Duration;

/** What must hold for one session: bytes are complete, or the cause says why not, and the cause has happened. */
final class SessionCheck {

    private final Scenario scenario;
    private final SessionRecord session;
    private final Peer client;
    /** Null if it is not known: no bytes arrived from one to the other. */
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
        require(session.bytesFromClient() <= client.sent(), text + ": more bytes from the client than it sent");
        require(client.received() <= session.bytesFromBackend(), text + ": the client received more than was relayed");
        if (backend != null) {
            require(session.bytesFromBackend() <= backend.sent(), text + ": more bytes from the backend than it sent");
            require(backend.received() <= session.bytesFromClient(), text + ": the backend received too much");
        }
        if (session.cause() == Cause.CLIENT_CLOSED || session.cause() == Cause.BACKEND_CLOSED) {
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

    private void checkCause(Cause cause) {
        boolean backendTrouble = scenario.happened(Incident.BACKEND_BREAKS);
        boolean justified = switch (cause) {
            case CLIENT_CLOSED, BACKEND_CLOSED -> true;
            case CLIENT_RESET -> client.hasLeftEarly();
            case BACKEND_RESET -> backend == null || backend.hasLeftEarly();
            case IDLE_TIMEOUT -> wasIdle(scenario.proxy().settings().idle());
            case HALF_CLOSED_TIMEOUT -> wasIdle(scenario.proxy().settings().halfClosed());
            case CONNECT_FAILED, NO_BACKEND -> backendTrouble;
            case CONNECT_TIMEOUT -> backendTrouble || scenario.happened(Incident.SUSPENSION);
            case BACKENDS_FULL -> scenario.proxy().settings().backendConnections() > 0;
            case BACKEND_DOWN -> backendTrouble && scenario.proxy().settings().closesOnDown();
            case DRAINED -> scenario.isDrained();
            case SHUTDOWN -> scenario.happened(Incident.ABORT);
            case LOCAL_FAILURE -> scenario.happened(Incident.DESCRIPTORS_END) || scenario.happened(Incident.PORTS_END);
            case INTERNAL_ERROR -> false;
        };
        require(justified, text + ": the cause has no reason");
    }

    /** Whether nothing arrived for so long, where something was left to arrive. Reloads change timeouts. */
    private boolean wasIdle(Duration timeout) {
        if (scenario.happened(Incident.RELOAD)) {
            return true;
        }
        long ended = session.endedNanos() - scenario.simulation().nanoTime() + scenario.simulation().elapsedNanos();
        return wasIdle(client, ended, timeout) && (backend == null || wasIdle(backend, ended, timeout));
    }

    private static boolean wasIdle(Peer peer, long ended, Duration timeout) {
        long last = peer.endpoint().lastReceived();
        return last >= ended || peer.endpoint().missing() == 0 || ended - last >= timeout.toNanos() - 1_000_000;
    }
}
