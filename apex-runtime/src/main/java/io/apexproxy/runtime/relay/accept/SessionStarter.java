package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.relay.loop.RelayLoop;

/** Starts the session of a connection that was admitted. */
public interface SessionStarter {

    /**
     * Starts a session. On the thread of the loop; throws nothing. The session releases the admission when it ends,
     * also if it cannot start.
     *
     * @param loop of the connection
     * @param listener that admitted it
     * @param accepted the connection
     */
    void start(RelayLoop loop, Listener listener, Accepted accepted);
}
