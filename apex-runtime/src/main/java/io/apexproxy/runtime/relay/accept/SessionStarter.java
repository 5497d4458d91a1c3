package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;

/** Starts the session of a connection that was admitted. */
public interface SessionStarter {

    /**
     * Starts a session. On the thread of the loop; throws nothing. The session releases the admission when it ends, also
     * if it cannot start.
     *
     * @param loop of the connection
     * @param listener that admitted it
     * @param client the connection
     * @param acceptedNanos when it was accepted, in nanoseconds of {@code nanoTime} of the loop
     */
    void start(RelayLoop loop, Listener listener, LoopSocketChannel client, long acceptedNanos);
}
