package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.accept.Accepted;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.SessionStarter;
import io.apexproxy.runtime.relay.connecting.OwnConnections;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a connection that comes back to a listener that it has passed before. On the loops' threads.
 *
 * <p>A loop accepts a connection while the one that has made it, possibly the same loop, may not know yet that it is
 * connected. Such a connection waits some milliseconds, or the loop of connections would always be a step ahead.
 */
final class ForwardingLoopGuard implements SessionStarter {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final long RETRY_MILLIS = 1;
    /** More than a turn of a loop usually takes. */
    private static final int MOST_RETRIES = 20;

    private final OwnConnections ownConnections;
    private final Sessions sessions;
    private final LogThrottle lines = new LogThrottle();

    ForwardingLoopGuard(OwnConnections ownConnections, Sessions sessions) {
        this.ownConnections = ownConnections;
        this.sessions = sessions;
    }

    @Override
    public void start(RelayLoop loop, Listener listener, Accepted accepted) {
        if (ownConnections.isEmpty()) {
            sessions.start(loop, listener, accepted);
        } else {
            check(loop, listener, accepted, MOST_RETRIES);
        }
    }

    private void check(RelayLoop loop, Listener listener, Accepted accepted, int retries) {
        Optional<List<String>> passed = Optional.empty();
        try {
            SocketAddress peer = accepted.client().getRemoteAddress();
            if (retries > 0 && ownConnections.mayBecomeKnown(accepted.client().getLocalAddress(), peer)) {
                loop.schedule(() -> check(loop, listener, accepted, retries - 1), RETRY_MILLIS);
                return;
            }
            passed = ownConnections.loop(listener.name(), peer);
        } catch (IOException e) {
            LOG.debug("The connection is broken already", e); // which its session finds out
        }
        if (passed.isEmpty()) {
            sessions.start(loop, listener, accepted);
            return;
        }
        if (lines.permits()) {
            LOG.warn("listeners.{}: connection refused: it has passed this listener before ({}); a backend of these"
                    + " listeners' pools leads back to Apex: write the address of a server", listener.name(),
                    String.join(" -> ", passed.get()));
        }
        sessions.refuse(loop, listener, accepted, Cause.FORWARDING_LOOP);
    }
}
