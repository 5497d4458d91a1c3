package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;

/** Receives the result of a tunnel. Called on the loop's thread. */
public interface TunnelOwner {

    /** The tunnel has ended, and both channels are closed. */
    void tunnelEnded(Cause cause);

    /** {@link Tunnel#due} is earlier than it was. */
    void dueEarlier();

    /** An exception that is not expected; the tunnel ends with it. */
    void defectFound(Throwable defect);
}
