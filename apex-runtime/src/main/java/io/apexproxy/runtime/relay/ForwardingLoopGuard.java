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
 * The guard against forwarding loops: it refuses a connection that has passed its listener before. Called on the loops'
 * threads.
 *
 * <p>A loop can accept a connection of this process before the connect has completed on the loop that opened it. Such a
 * connection is retried for some milliseconds, because it is not recorded in {@link OwnConnections} until then.
 */
final class ForwardingLoopGuard implements SessionStarter {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final long RETRY_MILLIS = 1;
    /** 20 ms in total: more than the usual duration of a turn. */
    private static final int MAX_RETRIES = 20;

    private final OwnConnections ownConnections;
    private final Sessions sessions;
    private final LogThrottle throttle = new LogThrottle();

    ForwardingLoopGuard(OwnConnections ownConnections, Sessions sessions) {
        this.ownConnections = ownConnections;
        this.sessions = sessions;
    }

    @Override
    public void start(RelayLoop loop, Listener listener, Accepted accepted) {
        if (ownConnections.isEmpty()) {
            sessions.start(loop, listener, accepted);
        } else {
            check(loop, listener, accepted, MAX_RETRIES);
        }
    }

    @Override
    public void refuse(RelayLoop loop, Listener listener, Accepted accepted, Cause cause) {
        sessions.refuse(loop, listener, accepted, cause);
    }

    private void check(RelayLoop loop, Listener listener, Accepted accepted, int retries) {
        Optional<List<String>> chain = Optional.empty();
        try {
            SocketAddress peer = accepted.client().getRemoteAddress();
            if (retries > 0 && ownConnections.canBeUnfinished(accepted.client().getLocalAddress(), peer)) {
                loop.schedule(() -> check(loop, listener, accepted, retries - 1), RETRY_MILLIS);
                return;
            }
            chain = ownConnections.findLoop(listener.name(), peer);
        } catch (IOException e) { // the session detects it, too
            LOG.debug("connection is already broken", e);
        }
        if (chain.isEmpty()) {
            sessions.start(loop, listener, accepted);
            return;
        }
        if (throttle.permits()) {
            LOG.warn("listeners.{}: connection refused: it has passed this listener before ({}); a backend in a pool of"
                    + " these listeners leads back to Apex; replace it with the address of a server", listener.name(),
                    String.join(" -> ", chain.get()));
        }
        sessions.refuseAdmitted(loop, listener, accepted, Cause.FORWARDING_LOOP);
    }
}
