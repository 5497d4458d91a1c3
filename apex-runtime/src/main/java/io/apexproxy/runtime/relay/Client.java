package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader;
import io.apexproxy.runtime.relay.accept.Accepted;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.opening.FirstBytesReader;
import io.apexproxy.runtime.relay.opening.ProxyHeaderReader;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import io.apexproxy.runtime.routing.AccessResult;
import io.apexproxy.runtime.routing.Claim;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Optional;

/**
 * The client of a session: its channel, its description, and its place in the limits per client. On the loop's thread
 * only.
 */
final class Client {

    private final RelayLoop loop;
    private final Listener listener;
    private final Accepted accepted;
    private Connection connection;
    private Claim.Admitted claim;
    private long openedNanos;

    /** Creates the client of a connection. Throws an exception if the connection is already broken. */
    Client(RelayLoop loop, Listener listener, Accepted accepted) throws IOException {
        this.loop = loop;
        this.listener = listener;
        this.accepted = accepted;
        this.connection = Connection.of(accepted, listener.name());
        this.claim = accepted.claim();
    }

    /** Turns off Nagle's algorithm. Throws an exception if the connection is already broken. */
    void disableDelay() throws IOException {
        if (channel().isTcp()) {
            channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /** Returns the readers of the first bytes; empty if a backend is sought at once. */
    List<FirstBytesReader> readers() {
        return accepted.expectsHeader() ? List.of(new ProxyHeaderReader(this::headerRead)) : List.of();
    }

    /** Takes the addresses of a header and checks the access of the client. Returns the cause of a refusal. */
    private Optional<Cause> headerRead(ParsedProxyHeader header) {
        connection = connection.with(header);
        AccessResult result = listener.access().checkClient(connection.client(), loop.nanoTime());
        if (result instanceof AccessResult.Permitted permitted) {
            claim = permitted.claim();
        }
        return result instanceof AccessResult.Refused refused ? Optional.of(Cause.of(refused))
                : Optional.empty();
    }

    /** Records the time at which the first bytes are complete. */
    void opened() {
        openedNanos = loop.nanoTime();
    }

    LoopSocketChannel channel() {
        return accepted.client();
    }

    Accepted accepted() {
        return accepted;
    }

    Connection connection() {
        return connection;
    }

    /** Returns the figures of the ended session. */
    SessionRecord toRecord(String backend, long connectedNanos, long endedNanos, long bytesFromClient,
            long bytesFromBackend, int attempts, Cause cause) {
        Optional<SocketAddress> peer = accepted.expectsHeader() ? Optional.of(connection.peer()) : Optional.empty();
        return new SessionRecord(connection.client(), peer, listener.name(), backend, accepted.nanos(),
                accepted.waitedNanos(), openedNanos, connectedNanos, endedNanos, System.currentTimeMillis(),
                bytesFromClient, bytesFromBackend, attempts, cause);
    }

    /** Releases the place in the limits per client. Called once. */
    void releaseClaim() {
        claim.release(loop.nanoTime());
    }
}
