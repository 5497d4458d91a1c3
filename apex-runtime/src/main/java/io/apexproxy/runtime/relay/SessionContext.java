package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.relay.connecting.ConnectContext;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.tunnel.Acknowledgements;

/**
 * What all sessions of a loop share.
 *
 * @param acknowledgements finds out what has arrived
 * @param connecting is shared by the connecting stages
 * @param ends receives sessions that have ended
 */
record SessionContext(Acknowledgements acknowledgements, ConnectContext connecting, Ends ends) {

    /** Returns the loop of the sessions. */
    RelayLoop loop() {
        return connecting.loop();
    }

    /** Receives sessions that have ended. On the thread of the session's loop. */
    interface Ends {

        /** A session has ended; it holds nothing any more but its admission. */
        void ended(Session session);
    }
}
