package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.relay.record.Cause;

/** Receives the result of a connecting stage. On the loop's thread. */
public interface ConnectingOwner {

    /** Returns a watch of the client; nothing else reads from the client before the result. */
    ClientWatch watchClient(Connecting connecting);

    /**
     * A backend has accepted.
     *
     * @param backend claimed; the owner releases it
     * @param channel connected to it
     */
    void connected(BackendState backend, LoopSocketChannel channel);

    /** No backend was found, the client has left, or the connection was aborted. */
    void connectingEnded(Cause cause);

    /** {@link Connecting#due} is earlier than it was. */
    void dueEarlier();

    /** An exception that is not expected; the stage ends with it. */
    void defectFound(Throwable defect);
}
