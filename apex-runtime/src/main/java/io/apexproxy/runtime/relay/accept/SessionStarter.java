package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;

/** A receiver of admitted connections, which starts their sessions. */
public interface SessionStarter {

    /**
     * Starts a session of an accepted connection of the listener. Called on the loop's thread; never throws. The
     * session releases its admission when it ends or fails to start.
     */
    void start(RelayLoop loop, Listener listener, Accepted accepted);

    /**
     * Resets an accepted connection that is not admitted, and counts and logs it. Called on the loop's thread; never
     * throws.
     */
    void refuse(RelayLoop loop, Listener listener, Accepted accepted, Cause cause);
}
