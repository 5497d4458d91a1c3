package io.apexproxy.runtime.relay.record;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.TlsSession;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * The figures of an ended session, for the access log.
 *
 * <p>The times in nanoseconds are values of {@link System#nanoTime}: only their differences are meaningful.
 *
 * @param client the address of the client; not null
 * @param peer the address of the connected peer, if a PROXY protocol header was expected from it
 * @param listener the name of the listener that accepted the connection; not null
 * @param hello the ClientHello; empty if it was not read, or the client does not begin with TLS
 * @param tls the TLS session; empty if the listener does not terminate TLS
 * @param route the index of the route or the reason of the router; empty if there is none
 * @param backend the name of the backend that was connected or tried last; {@code "-"} if there was none
 * @param acceptedNanos when the connection was accepted
 * @param waitedNanos how long the connection was held at a limit, in nanoseconds; 0: it was not held
 * @param openedNanos when the first bytes were complete; 0: none were awaited, or not complete
 * @param queuedNanos how long the connection waited in the queue of the pool, in nanoseconds; 0: it did not wait
 * @param connectedNanos when the connection to the backend was established; 0: never
 * @param endedNanos when the session ended
 * @param endedMillis when the session ended by the wall clock, in milliseconds since the epoch
 * @param bytesFromClient bytes received from the client, delivered to the backend or not
 * @param bytesFromBackend bytes received from the backend, delivered to the client or not
 * @param attempts the number of backends tried
 * @param cause why the session ended; not null
 */
public record SessionRecord(SocketAddress client, Optional<SocketAddress> peer, String listener,
        Optional<ClientHello> hello, Optional<TlsSession> tls, String route, String backend, long acceptedNanos,
        long waitedNanos,
        long openedNanos, long queuedNanos, long connectedNanos, long endedNanos, long endedMillis,
        long bytesFromClient, long bytesFromBackend, int attempts, Cause cause) {

    /** The name of the backend of a connection that had none. */
    public static final String NO_BACKEND = "-";

    /** Returns the record of a connection that was refused before its session began. */
    public static SessionRecord refused(SocketAddress peer, String listener, long acceptedNanos, long endedNanos,
            Cause cause) {
        return new SessionRecord(peer, Optional.empty(), listener, Optional.empty(), Optional.empty(), "", NO_BACKEND,
                acceptedNanos, 0,
                0, 0,
                0, endedNanos, System.currentTimeMillis(), 0, 0, 0, cause);
    }
}
