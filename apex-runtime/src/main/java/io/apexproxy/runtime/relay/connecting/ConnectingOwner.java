package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.SocketAddress;

/** The receiver of a connecting stage's result. Called on the loop's thread. */
public interface ConnectingOwner {

    /** Returns a watch of the client. Only the watch reads from the client until the stage has a result. */
    ClientWatch watchClient(Connecting connecting);

    /** Returns the address of Apex that the client has connected to, whatever a PROXY protocol header claims. */
    SocketAddress localAddress() throws IOException;

    /** Handles a successful attempt. The owner releases the claim of its backend. */
    void connected(ConnectAttempt attempt);

    /** Handles the end of the session: no backend accepted, the client disconnected, or the session was aborted. */
    void connectingEnded(Cause cause);

    /** Reschedules the stage, because {@link Connecting#due} is earlier than before. */
    void advanceDeadline();

    /** Handles an unexpected exception, after which the stage ends. */
    void failedUnexpectedly(Throwable exception);
}
