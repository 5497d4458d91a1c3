package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to a backend of a pool, and to another one where that fails. On the loop's thread only.
 *
 * <p>The backend that it is connecting to is claimed; the claim passes to the owner with the connection. A connect that
 * does not complete at once has the client watched meanwhile: {@link ClientWatch}.
 */
public final class Connecting implements Stage {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final ConnectingOwner owner;
    private final ConnectContext context;
    private final BackendSearch picking;
    /** Null until a connect does not complete at once. */
    private ClientWatch watch;
    private Cause failure = Cause.NO_BACKEND;
    /** Claimed; null while there is none. */
    private BackendState backend;
    /** Null while no connection is being made. */
    private LoopSocketChannel channel;
    private Optional<OwnConnections.Attempt> ownConnection = Optional.empty();
    private long startedNanos;
    private long deadline = Long.MAX_VALUE;
    private boolean overdue;
    private boolean ended;

    /**
     * Creates the stage; {@link #begin} starts the first attempt.
     *
     * @param owner receives the result
     * @param context what all such stages of the loop share
     * @param pool has the backends
     * @param connection is what the load balancer learns of the client
     */
    public Connecting(ConnectingOwner owner, ConnectContext context, Pool pool, ConnectionInfo connection) {
        this.owner = owner;
        this.context = context;
        this.picking = new BackendSearch(pool, connection);
    }

    /** Starts the first attempt. */
    public void begin() {
        try {
            connectNext();
            if (!ended) {
                watch = owner.watchClient(this);
                watch.begin();
            }
        } catch (Throwable e) {
            defect(e);
        }
    }

    private void connectNext() {
        if (ended) {
            return;
        }
        Optional<BackendState> next = picking.next();
        if (next.isEmpty()) {
            end(picking.attempts() == 0 && picking.metFullBackends() ? Cause.BACKENDS_FULL : failure);
            return;
        }
        backend = next.get();
        overdue = false;
        try {
            channel = loop().openSocket(backend.address());
            if (channel.isTcp()) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        } catch (IOException e) {
            failedLocally(e);
            return;
        }
        startedNanos = loop().nanoTime();
        deadline = loop().readNow() + picking.pool().config().connectTimeout().toNanos();
        owner.dueEarlier();
        ConnectionInfo info = picking.connection();
        ownConnection = context.ownConnections().open(backend.address(), info.listener(), info.client());
        channel.connect(backend.address(), this, ConnectHandler.INSTANCE);
    }

    void connected() throws IOException {
        if (ended) {
            return;
        }
        if (overdue) { // it completed while its failure was under way
            failed(new IOException("timed out"));
            return;
        }
        deadline = Long.MAX_VALUE;
        backend.traffic().connections().add(loop().index(), 1);
        backend.traffic().connectTimes().add(loop().index(), loop().nanoTime() - startedNanos);
        if (ownConnection.isPresent()) {
            ownConnection.get().connected(channel.getLocalAddress(), backend.address());
        }
        if (watch == null || watch.stop()) {
            handOver();
        }
    }

    /** Called again when a read from the client is complete that was pending when the backend accepted. */
    void handOver() {
        if (!ended) {
            ended = true;
            owner.connected(backend, channel);
        }
    }

    /** The client has reset its connection, or has half-closed it where that counts as leaving. */
    void clientLeft() {
        end(Cause.CLIENT_RESET);
    }

    void failed(Throwable cause) {
        if (ended) {
            return;
        }
        if (!overdue && LocalFailure.is(cause)) {
            failedLocally(cause);
            return;
        }
        failure = overdue ? Cause.CONNECT_TIMEOUT : Cause.CONNECT_FAILED;
        String reason = overdue ? "connect timed out" : "connect failed: " + cause.getMessage();
        LOG.debug("{} to {}", reason, backend);
        backend.traffic().connectErrors().add(loop().index(), 1);
        picking.pool().connectFailed(backend, reason);
        failover();
    }

    /** A lack of descriptors or ports on this machine is no observation about the backend. */
    private void failedLocally(Throwable cause) {
        if (context.localFailures().permits()) {
            LOG.warn("listeners.{}: cannot open a connection to {}: {}", picking.connection().listener(), backend,
                    cause.getMessage());
        }
        failure = Cause.LOCAL_FAILURE;
        failover();
    }

    private void failover() {
        closeChannel();
        deadline = Long.MAX_VALUE;
        BackendState refused = backend;
        backend = null;
        picking.failed(refused);
        loop().execute(() -> guarded(this::connectNext)); // when the descriptor is free
    }

    private void closeChannel() {
        if (channel != null) { // none was opened if descriptors are short
            channel.close();
            channel = null;
        }
        ownConnection.ifPresent(OwnConnections.Attempt::close);
    }

    void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            defect(e);
        }
    }

    /** Handles an exception, which must not reach the loop, as that knows no session. */
    void defect(Throwable defect) {
        owner.defectFound(defect);
        end(Cause.INTERNAL_ERROR);
    }

    private void end(Cause cause) {
        if (!ended) {
            ended = true;
            closeChannel();
            if (backend != null) {
                BackendSearch.release(backend);
            }
            owner.connectingEnded(cause);
        }
    }

    @Override
    public long expire(long now) {
        if (now >= deadline) {
            deadline = Long.MAX_VALUE;
            overdue = true;
            channel.close(); // the attempt fails soon, and the next one follows
        }
        return deadline;
    }

    @Override
    public long due() {
        return deadline;
    }

    @Override
    public void abort(Cause cause) {
        end(cause);
    }

    private RelayLoop loop() {
        return context.loop();
    }

    /** Returns the backend of the present attempt, else of the last one; null if there was none. */
    public BackendState backend() {
        return backend != null ? backend : picking.lastFailed();
    }

    /** Returns how many backends were tried. */
    public int attempts() {
        return picking.attempts();
    }

    /**
     * Returns what was read from the client so far.
     *
     * @param before what was read before this stage
     */
    public ByteBuffer readAhead(ByteBuffer before) {
        return watch == null ? before : watch.early();
    }

    /** Returns the record of the connection that was made, if it may lead to this process; the owner closes it. */
    public Optional<OwnConnections.Attempt> ownConnection() {
        return ownConnection;
    }
}
