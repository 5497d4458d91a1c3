package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.relay.loop.RelayLoop;

/** A receiver of admitted connections, which starts their sessions. */
public interface SessionStarter {

    /**
     * Starts a session. Called on the loop's thread; never throws. The session releases its admission when it ends or
     * fails to start.
     *
     * @param loop the loop of the connection
     * @param listener the listener that admitted the connection
     * @param accepted the connection
     */
    void start(RelayLoop loop, Listener listener, Accepted accepted);
}
