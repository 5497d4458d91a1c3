package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;

/** The receiver of the stage's result. Called on the loop's thread. */
public interface OpeningOwner {

    /** Handles that all readers are done, and the handshake. They have not consumed {@code readAhead}. */
    void opened(ByteBuffer readAhead);

    /** Handles the end of the session: refused, aborted, or ended by the client. The channel is closed. */
    void openingEnded(Cause cause);

    /** Handles an unexpected exception, after which the stage ends. */
    void failedUnexpectedly(Throwable exception);
}
