package io.apexproxy.runtime.relay;

import io.apexproxy.api.ClientHello;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader;
import io.apexproxy.runtime.relay.accept.Accepted;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import io.apexproxy.runtime.relay.accept.Target;
import io.apexproxy.runtime.relay.connecting.ConnectContext;
import io.apexproxy.runtime.relay.connecting.Connecting;
import io.apexproxy.runtime.relay.connecting.ConnectingOwner;
import io.apexproxy.runtime.relay.loop.Handshakes;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.opening.ClientHandshake;
import io.apexproxy.runtime.relay.opening.ClientHelloReader;
import io.apexproxy.runtime.relay.opening.FirstBytesReader;
import io.apexproxy.runtime.relay.opening.OpeningSteps;
import io.apexproxy.runtime.relay.opening.PostgresRequestReader;
import io.apexproxy.runtime.relay.opening.ProxyHeaderReader;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import io.apexproxy.runtime.routing.AccessResult;
import io.apexproxy.runtime.routing.Claim;
import io.apexproxy.runtime.routing.RouteDecision;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.Optional;

/**
 * The client of a session: its channel, its description, its place in the limits per client, and its route. On the
 * loop's thread only.
 */
final class Client implements OpeningSteps {

    private final RelayLoop loop;
    private final Handshakes handshakes;
    private final Listener listener;
    private final Accepted accepted;
    private Connection connection;
    private Claim.Admitted claim;
    private long openedNanos;
    /** The routing that decides; the current one of the listener when all of its first bytes are read. */
    private Routing routing;
    private Target target;
    /** The text of the route for the access log; empty if there is none. */
    private String route = "";
    private boolean isRequestRead;
    private boolean isHelloRead;
    private boolean requestsTls;
    /** Empty unless the listener terminates TLS and the ClientHello is read. */
    private Optional<ClientHandshake> handshake = Optional.empty();

    /** Creates the client of a connection. Throws an exception if the connection is already broken. */
    Client(RelayLoop loop, Handshakes handshakes, Listener listener, Accepted accepted) throws IOException {
        this.loop = loop;
        this.handshakes = handshakes;
        this.listener = listener;
        this.accepted = accepted;
        this.connection = Connection.of(accepted, listener.name());
        this.claim = accepted.claim();
        this.routing = listener.routing();
        this.target = routing.unrouted();
    }

    /** Turns off Nagle's algorithm. Throws an exception if the connection is already broken. */
    void disableDelay() throws IOException {
        if (channel().isTcp()) {
            channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /**
     * Returns the reader of the next first bytes; empty if a backend can be sought. The configuration can have changed
     * since the call before.
     */
    @Override
    public Optional<FirstBytesReader> nextReader() {
        if (accepted.expectsHeader() && connection.proxyHeader().isEmpty()) {
            return Optional.of(new ProxyHeaderReader(this::headerRead));
        }
        routing = listener.routing();
        if (isHelloRead || !routing.readsHello()) {
            return Optional.empty();
        }
        if (!isRequestRead && routing.starttls() == StartTls.POSTGRES) {
            return Optional.of(new PostgresRequestReader(this::requestRead));
        }
        return Optional.of(new ClientHelloReader(this::helloRead, requestsTls || routing.tls().isPresent()));
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

    private void requestRead(boolean tls) {
        isRequestRead = true;
        requestsTls = tls;
    }

    private void helloRead(Optional<ClientHello> hello) {
        isHelloRead = true;
        connection = connection.with(hello);
    }

    /** Returns the TLS handshake by the routing of the last {@link #nextReader}; empty if there is none. */
    @Override
    public Optional<ClientHandshake> handshake() {
        handshake = routing.tls().map(tls -> new ClientHandshake(loop, handshakes, listener.handshakes(), channel(),
                () -> tls.newEngine(connection.clientHello().flatMap(ClientHello::serverName))));
        return handshake;
    }

    /** Records the time at which the first bytes are complete, and the TLS session. */
    void opened() {
        openedNanos = loop.nanoTime();
        if (handshake.isPresent()) {
            connection = connection.withTls(handshake.get().session());
        }
    }

    /** Chooses the target by the routing of the last {@link #nextReader}. Resets the channel if it is refused. */
    Optional<Cause> chooseTarget() {
        target = routing.unrouted();
        if (routing.isFixed()) {
            return Optional.empty();
        }
        RouteDecision decision = routing.decide(connection, loop.index());
        route = decision.route();
        if (decision instanceof RouteDecision.ToPool toPool) {
            target = routing.target(toPool.pool());
            return Optional.empty();
        }
        channel().reset();
        return Optional.of(Cause.of(((RouteDecision.Refused) decision).reason()));
    }

    /** Returns the target; without a pool if the connection is refused before {@link #chooseTarget} finds one. */
    Target target() {
        return target;
    }

    /** Creates the stage that connects to a backend of the target. */
    Connecting connecting(ConnectingOwner owner, ConnectContext context) {
        return new Connecting(owner, context, target.pool(), connection, requestsTls && handshake.isEmpty());
    }

    /** Returns the address of Apex that the client has connected to, whatever a header claims. */
    SocketAddress localAddress() throws IOException {
        return connection.proxyHeader().isEmpty() ? connection.local() : accepted.client().getLocalAddress();
    }

    /** Returns the channel of the client: with TLS if its handshake has begun. */
    LoopSocketChannel channel() {
        return handshake.isPresent() ? handshake.get().channel() : accepted.client();
    }

    Accepted accepted() {
        return accepted;
    }

    Connection connection() {
        return connection;
    }

    /** Returns the figures of the ended session. */
    SessionRecord toRecord(String backend, long queuedNanos, long connectedNanos, long endedNanos, long bytesFromClient,
            long bytesFromBackend, int attempts, Cause cause) {
        Optional<SocketAddress> peer = accepted.expectsHeader() ? Optional.of(connection.peer()) : Optional.empty();
        return new SessionRecord(connection.client(), peer, listener.name(), connection.clientHello(), connection.tls(),
                route, backend,
                accepted.nanos(), accepted.waitedNanos(), openedNanos, queuedNanos, connectedNanos, endedNanos,
                System.currentTimeMillis(), bytesFromClient, bytesFromBackend, attempts, cause);
    }

    /**
     * Reports a backend that has ended the connection within {@code early_close}, before its first byte.
     *
     * @param nanos the time since the connect
     */
    void backendSentNothing(BackendState backend, Cause cause, long nanos) {
        Pool pool = target.pool();
        if ((cause == Cause.BACKEND_CLOSED || cause == Cause.BACKEND_RESET)
                && nanos < pool.config().earlyClose().toNanos()) {
            pool.closedEarly(backend, cause == Cause.BACKEND_RESET);
        }
    }

    /** Counts the end of the session at its listener. */
    void countEnd(Cause cause, long endedNanos) {
        target.ended().add(loop.index(), cause);
        listener.durations().add(loop.index(), endedNanos - accepted.nanos());
    }

    /** Releases the place in the limits per client. Called once. */
    void releaseClaim() {
        claim.release(loop.nanoTime());
    }
}
