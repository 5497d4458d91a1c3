package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.relay.connecting.ConnectContext;
import io.apexproxy.runtime.relay.loop.Handshakes;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.tunnel.Acknowledgements;

/**
 * The objects that all sessions of a loop share.
 *
 * @param acknowledgements queries unacknowledged bytes
 * @param connecting shared by the connecting stages
 * @param handshakes limits TLS handshakes with clients
 * @param endListener receives ended sessions
 */
record SessionContext(Acknowledgements acknowledgements, ConnectContext connecting, Handshakes handshakes,
        EndListener endListener) {

    /** Returns the loop of the sessions. */
    RelayLoop loop() {
        return connecting.loop();
    }

    /** The receiver of ended sessions. Called on the thread of the session's loop. */
    interface EndListener {

        /** Handles an ended session, which has released everything but its admission. */
        void sessionEnded(Session session);
    }
}
