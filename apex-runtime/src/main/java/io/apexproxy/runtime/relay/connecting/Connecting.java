package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.pool.BackendState;
import io.apexproxy.runtime.pool.LocalFailure;
import io.apexproxy.runtime.pool.Picking;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.CompletionHandler;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to a backend of a pool, and to another one where that fails. On the loop's thread only.
 *
 * <p>The backend that it is connecting to is claimed; the claim passes to the owner with the connection.
 */
public final class Connecting implements Stage {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private static final CompletionHandler<Void, Connecting> CONNECT = new CompletionHandler<>() {
        @Override
        public void completed(Void nothing, Connecting connecting) {
            try {
                connecting.connected();
            } catch (Throwable e) { // no lambda here, which would be garbage of each connection
                connecting.defect(e);
            }
        }

        @Override
        public void failed(Throwable cause, Connecting connecting) {
            connecting.guarded(() -> connecting.failed(cause));
        }
    };

    private final Owner owner;
    private final RelayLoop loop;
    private final Pool pool;
    private final Picking picking;
    private final LogThrottle localFailures;
    private Cause failure = Cause.NO_BACKEND;
    /** Claimed; null while there is none. */
    private BackendState backend;
    /** Null while no connection is being made. */
    private LoopSocketChannel channel;
    private long startedNanos;
    private long deadline = Long.MAX_VALUE;
    private boolean overdue;
    private boolean ended;

    /** Receives the result of a connecting stage. */
    public interface Owner {

        /**
         * A backend has accepted.
         *
         * @param backend claimed; the owner releases it
         * @param channel connected to it
         */
        void connected(BackendState backend, LoopSocketChannel channel);

        /** No backend was found, or the connection was aborted. */
        void connectingEnded(Cause cause);

        /** {@link Stage#due} is earlier than it was. */
        void dueEarlier();

        /** An exception that is not expected; the stage ends with it. */
        void defectFound(Throwable defect);
    }

    /**
     * Creates the stage; {@link #begin} starts the first attempt.
     *
     * @param owner receives the result
     * @param loop opens the channels
     * @param pool has the backends
     * @param connection is what the load balancer learns of the client
     * @param localFailures bounds log lines about descriptors and ports that this machine lacks
     */
    public Connecting(Owner owner, RelayLoop loop, Pool pool, ConnectionInfo connection, LogThrottle localFailures) {
        this.owner = owner;
        this.loop = loop;
        this.pool = pool;
        this.localFailures = localFailures;
        this.picking = new Picking(pool, connection);
    }

    /** Starts the first attempt. */
    public void begin() {
        try {
            connectNext();
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
            channel = loop.openSocket(backend.address());
            if (channel.isTcp()) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        } catch (IOException e) {
            failedLocally(e);
            return;
        }
        startedNanos = loop.nanoTime();
        deadline = loop.readNow() + pool.config().connectTimeout().toNanos();
        owner.dueEarlier();
        channel.connect(backend.address(), this, CONNECT);
    }

    private void connected() {
        if (ended) {
            return;
        }
        if (overdue) { // it completed while its failure was under way
            failed(new IOException("timed out"));
            return;
        }
        ended = true;
        backend.traffic().connections().add(loop.index(), 1);
        backend.traffic().connectTimes().add(loop.index(), loop.nanoTime() - startedNanos);
        owner.connected(backend, channel);
    }

    private void failed(Throwable cause) {
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
        backend.traffic().connectErrors().add(loop.index(), 1);
        pool.connectFailed(backend, reason);
        failover();
    }

    /** A lack of descriptors or ports on this machine is no observation about the backend. */
    private void failedLocally(Throwable cause) {
        if (localFailures.permits()) {
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
        loop.execute(() -> guarded(this::connectNext)); // when the descriptor is free
    }

    private void closeChannel() {
        if (channel != null) { // none was opened if descriptors are short
            channel.close();
            channel = null;
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            defect(e);
        }
    }

    /** Handles an exception, which must not reach the loop, as that knows no session. */
    private void defect(Throwable defect) {
        owner.defectFound(defect);
        end(Cause.INTERNAL_ERROR);
    }

    private void end(Cause cause) {
        if (!ended) {
            ended = true;
            closeChannel();
            if (backend != null) {
                Picking.release(backend);
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

    /** Returns the backend of the present attempt, else of the last one; null if there was none. */
    public BackendState backend() {
        return backend != null ? backend : picking.lastFailed();
    }

    /** Returns how many backends were tried. */
    public int attempts() {
        return picking.attempts();
    }
}
