package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;

/** The receiver of a tunnel's result. Called on the loop's thread. */
public interface TunnelOwner {

    /** Handles the end of the tunnel. Both channels are closed. */
    void tunnelEnded(Cause cause);

    /** Handles the first byte of the backend, if {@link Tunnel#timeFirstByte} was called. It took this time. */
    void firstByteReceived(long nanos);

    /** Reschedules the tunnel, because {@link Tunnel#due} is earlier than before. */
    void advanceDeadline();

    /** Handles an unexpected exception, after which the tunnel ends. */
    void failedUnexpectedly(Throwable exception);
}
