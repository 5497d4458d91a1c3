package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.rotation.Feedback;
import io.apexproxy.runtime.relay.accept.Accepted;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.connecting.ClientWatch;
import io.apexproxy.runtime.relay.connecting.ConnectAttempt;
import io.apexproxy.runtime.relay.connecting.Connecting;
import io.apexproxy.runtime.relay.connecting.ConnectingOwner;
import io.apexproxy.runtime.relay.connecting.OwnConnections;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.loop.TimedEntry;
import io.apexproxy.runtime.relay.opening.FirstBytesReader;
import io.apexproxy.runtime.relay.opening.Opening;
import io.apexproxy.runtime.relay.opening.OpeningOwner;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import io.apexproxy.runtime.relay.tunnel.Tunnel;
import io.apexproxy.runtime.relay.tunnel.TunnelOwner;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection from admission to close: the current stage, the addresses, the timings. Each stage passes its
 * result to the session, which starts the next stage. On the loop's thread only.
 */
final class Session extends TimedEntry implements OpeningOwner, ConnectingOwner, TunnelOwner {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final SessionContext context;
    private final Listener listener;
    private final Client client;
    private long queuedNanos;
    private final long number;
    private long connectedNanos;
    /** The current stage; after the end the last stage. */
    private Stage stage;
    /** The bytes that earlier stages have read from the client. */
    private ByteBuffer readAhead = EMPTY;
    /** The backend of the connection or of the last attempt; null if there was none. */
    private BackendState backend;
    private int attempts;
    /** The channel to the backend; null before the connect, and after keepalive is applied to it. */
    private LoopSocketChannel server;
    private Optional<OwnConnections.Attempt> ownConnection = Optional.empty();
    private Cause cause;

    /** Creates a session. Throws an exception if the connection is already broken. */
    Session(SessionContext context, Listener listener, Accepted accepted) throws IOException {
        this.context = context;
        this.listener = listener;
        this.number = context.loop().nextSession();
        this.client = new Client(context.loop(), context.handshakes(), listener, accepted);
    }

    /** Ends the session before its first stage. */
    void refuse(Cause reason) {
        loop().add(this, loop().now() + SocketKeepalive.ESTABLISHED_NANOS);
        end(reason);
    }

    /** Starts the first stage: opening if there are readers, else connecting. */
    void start() {
        client.connection().logAccepted();
        try {
            loop().add(this, loop().now() + SocketKeepalive.ESTABLISHED_NANOS);
            client.disableDelay();
            Optional<FirstBytesReader> reader = client.nextReader();
            if (reader.isEmpty()) {
                connect();
            } else {
                var opening =
                        new Opening(this, client, loop(), client.channel(), reader.get(), listener::firstBytesNanos);
                stage = opening;
                listener.opening().add(loop().index(), 1);
                advanceDeadline();
                opening.begin();
            }
        } catch (IOException e) { // setOption() fails only if the connection is already broken
            end(Cause.CLIENT_RESET);
        } catch (Throwable e) {
            fail(e);
        }
    }

    @Override
    public void opened(ByteBuffer bytes) {
        listener.opening().add(loop().index(), -1);
        client.opened();
        readAhead = bytes;
        connect();
    }

    @Override
    public void openingEnded(Cause endCause) {
        listener.opening().add(loop().index(), -1);
        end(endCause);
    }

    private void connect() {
        try {
            Optional<Cause> refusal = client.chooseTarget();
            if (refusal.isPresent()) {
                end(refusal.get());
                return;
            }
            Connecting connecting = client.connecting(this, context.connecting());
            stage = connecting;
            connecting.begin();
        } catch (Throwable e) {
            fail(e);
        }
    }

    @Override
    public ClientWatch watchClient(Connecting connecting) {
        return new ClientWatch(connecting, loop(), client.channel(), readAhead, listener.config().abortOnClose());
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        return client.localAddress();
    }

    @Override
    public void connected(ConnectAttempt attempt) {
        connectedNanos = attempt.establishedNanos();
        copyConnectResult();
        server = attempt.channel();
        LOG.debug("Connected to backend: {}", backend);
        Feedback feedback = client.target().pool().feedback();
        feedback.connected(backend, client.connection(), attempt.connectNanos());
        try {
            Tunnel tunnel = new Tunnel(this, loop(), listener, context.acknowledgements(), client.channel(), server,
                    backend.traffic());
            stage = tunnel;
            if (feedback.wantsFirstByte()) {
                tunnel.timeFirstByte(connectedNanos);
            }
            advanceDeadline();
            tunnel.begin(readAhead, attempt.firstBytes());
            readAhead = EMPTY;
        } catch (Throwable e) {
            attempt.channel().close();
            releaseBackend();
            fail(e);
        }
    }

    /** Ends the session after an unexpected exception between two stages. */
    private void fail(Throwable exception) {
        if (cause == null) {
            failedUnexpectedly(exception);
            end(exception instanceof OutOfMemoryError ? Cause.LOCAL_FAILURE : Cause.INTERNAL_ERROR);
        }
    }

    @Override
    public void connectingEnded(Cause endCause) {
        copyConnectResult();
        end(endCause);
    }

    private void copyConnectResult() {
        if (stage instanceof Connecting connecting) {
            backend = connecting.backend();
            readAhead = connecting.readAhead(readAhead);
            ownConnection = connecting.ownConnection();
            attempts = connecting.attempts();
            queuedNanos = connecting.queuedNanos();
        }
    }

    @Override
    public void tunnelEnded(Cause endCause) {
        if (stage instanceof Tunnel tunnel && tunnel.bytesFromBackend() == 0) {
            client.backendSentNothing(backend, endCause, loop().nanoTime() - connectedNanos);
        }
        releaseBackend();
        end(endCause);
    }

    @Override
    public void firstByteReceived(long nanos) {
        client.target().pool().feedback().firstByte(backend, client.connection(), nanos);
    }

    /** Releases the backend after its connection has ended. */
    private void releaseBackend() {
        Pool pool = client.target().pool();
        BackendSearch.release(pool, backend);
        if (pool.feedback().wantsClosed()) {
            Tunnel tunnel = stage instanceof Tunnel last ? last : null;
            pool.feedback().closed(backend, client.connection(), loop().nanoTime() - connectedNanos,
                    tunnel == null ? 0 : tunnel.bytesFromClient(), tunnel == null ? 0 : tunnel.bytesFromBackend());
        }
    }

    private void end(Cause endCause) {
        cause = endCause;
        client.channel().close();
        ownConnection.ifPresent(OwnConnections.Attempt::close);
        loop().remove(this);
        context.endListener().sessionEnded(this);
    }

    @Override
    public void advanceDeadline() {
        loop().advance(this, untilAgeLimit(stage.due(), AgeLimit.nanosLeft(this)));
    }

    /** Returns when the session is due, in running time: at the latest when it reaches its highest age. */
    private long untilAgeLimit(long due, long nanosLeft) {
        return nanosLeft == AgeLimit.NONE ? due : Math.min(due, loop().now() + Math.max(0, nanosLeft));
    }

    @Override
    protected long expire(long now) {
        if (server != null) {
            SocketKeepalive.apply(client.channel(), listener.config().keepalive());
            SocketKeepalive.apply(server, client.target().pool().config().keepalive());
            server = null;
        }
        if (AgeLimit.nanosLeft(this) <= 0) {
            abort(Cause.MAX_CONNECTION_AGE);
            return now; // ignored
        }
        Stage current = stage;
        long due = current.expire(now);
        // a connect that had waited for the first byte of the backend can have ended
        return untilAgeLimit(stage == current ? due : stage.due(), AgeLimit.nanosLeft(this));
    }

    /** Ends the session for an external cause. */
    void abort(Cause external) {
        stage.abort(external);
    }

    @Override
    public void failedUnexpectedly(Throwable exception) {
        client.connection().logUnexpected(exception);
    }

    RelayLoop loop() {
        return context.loop();
    }

    /** Returns the number of the session on its loop. */
    long number() {
        return number;
    }

    /** Returns the current stage; null before the first one. */
    Stage stage() {
        return stage;
    }

    /** Returns the backend that is connected or tried; null if there is none. */
    BackendState backend() {
        return stage instanceof Connecting connecting ? connecting.backend() : backend;
    }

    Listener listener() {
        return listener;
    }

    /** Returns the cause of the end; null while the session is open. */
    Cause cause() {
        return cause;
    }

    Client client() {
        return client;
    }

    /** Returns the figures of the ended session. */
    SessionRecord toRecord(long endedNanos) {
        Tunnel tunnel = stage instanceof Tunnel last ? last : null;
        long fromClient = tunnel == null ? readAhead.remaining() : tunnel.bytesFromClient();
        long fromBackend = tunnel == null ? 0 : tunnel.bytesFromBackend();
        return client.toRecord(backend == null ? SessionRecord.NO_BACKEND : backend.name(), queuedNanos, connectedNanos,
                endedNanos, fromClient, fromBackend, attempts, cause);
    }

    @Override
    public String toString() {
        return client.connection().clientText() + " and " + (backend == null ? "no backend" : backend.name());
    }
}
