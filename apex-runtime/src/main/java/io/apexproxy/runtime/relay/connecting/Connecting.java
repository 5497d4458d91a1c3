package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The stage that connects to a backend of a pool, and to further backends after failures. On the loop's thread only.
 *
 * <p>The backend of the current attempt is claimed; the owner receives the claim with the connection. If a connect does
 * not complete immediately, a {@link ClientWatch} detects that the client disconnects.
 */
public final class Connecting implements Stage {

    private final ConnectingOwner owner;
    private final ConnectContext context;
    private final BackendSearch search;
    private final boolean requestsTls;
    /** Null until a connect does not complete immediately. */
    private ClientWatch watch;
    private Cause failure = Cause.NO_BACKEND;
    /** The claimed backend; null between attempts. */
    private BackendState backend;
    /** The channel of the current attempt; null between attempts. */
    private LoopSocketChannel channel;
    private Optional<OwnConnections.Attempt> ownConnection = Optional.empty();
    private long startedNanos;
    /** The deadline of the current attempt, in running time. */
    private long deadline = Long.MAX_VALUE;
    /** Whether the deadline of the current attempt has expired. */
    private boolean timedOut;
    private boolean ended;

    /**
     * Creates the stage; {@link #begin} starts the first attempt.
     *
     * @param owner receives the result
     * @param context shared by the connecting stages of the loop
     * @param pool the pool of the backends
     * @param connection passed to the load balancer
     * @param requestsTls whether the client has sent the SSLRequest of PostgreSQL, which the backend has to accept
     */
    public Connecting(ConnectingOwner owner, ConnectContext context, Pool pool, ConnectionInfo connection,
            boolean requestsTls) {
        this.owner = owner;
        this.context = context;
        this.search = new BackendSearch(pool, connection);
        this.requestsTls = requestsTls;
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
            failUnexpectedly(e);
        }
    }

    private void connectNext() {
        if (ended) {
            return;
        }
        Optional<BackendState> next = search.next();
        if (next.isEmpty()) {
            end(search.attempts() == 0 && search.hasSkippedFullBackends() ? Cause.BACKENDS_FULL : failure);
            return;
        }
        backend = next.get();
        timedOut = false;
        try {
            channel = context.openSocket(backend.address(), search.pool().config().sourceAddress());
        } catch (IOException e) {
            failedLocally(e);
            return;
        }
        startedNanos = context.loop().nanoTime();
        deadline = context.loop().readNow() + search.pool().config().connectTimeout().toNanos();
        owner.advanceDeadline();
        ConnectionInfo info = search.connection();
        ownConnection = context.ownConnections().open(backend.address(), info.listener(), info.client());
        channel.connect(backend.address(), this, ConnectHandler.INSTANCE);
    }

    void connected() throws IOException {
        if (!ended && !timedOut && ownConnection.isPresent()) {
            ownConnection.get().connected(channel.getLocalAddress(), backend.address());
        }
        if (ended || timedOut || !AttemptPrologue.isNeeded(search.pool(), requestsTls)) {
            established();
        } else {
            new AttemptPrologue(this).begin(context.loop(), channel, backend, search, requestsTls);
        }
    }

    /** Replaces the channel of the attempt by one with TLS. */
    void replaceChannel(LoopSocketChannel secured) {
        channel = secured;
    }

    /** Handles a connection whose prologue, if any, is complete. */
    void established() {
        if (ended) {
            return;
        }
        if (timedOut) { // the connect completed before its channel was closed
            failed(new IOException("timed out"));
            return;
        }
        deadline = Long.MAX_VALUE;
        backend.traffic().connections().add(context.loop().index(), 1);
        backend.traffic().connectTimes().add(context.loop().index(), context.loop().nanoTime() - startedNanos);
        if (watch == null || watch.stop()) {
            complete();
        }
    }

    /** Passes the connection to the owner. Called by the watch if a read was pending after the connect. */
    void complete() {
        if (!ended) {
            ended = true;
            owner.connected(backend, channel);
        }
    }

    /** Ends the stage after a reset by the client, or after a half-close with {@code abort_on_close}. */
    void clientDisconnected() {
        end(Cause.CLIENT_RESET);
    }

    void failed(Throwable cause) {
        if (ended) {
            return;
        }
        if (!timedOut && LocalFailure.is(cause)) {
            failedLocally(cause);
            return;
        }
        AttemptFailure attempt = timedOut ? AttemptFailure.TIMEOUT : AttemptFailure.of(cause, requestsTls);
        failure = attempt.cause();
        backend.traffic().connectErrors().add(context.loop().index(), 1);
        context.report(attempt, search, backend);
        failOver();
    }

    /** Handles a lack of descriptors or local ports, which says nothing about the health of the backend. */
    private void failedLocally(Throwable cause) {
        context.logLocalFailure(search.connection().listener(), backend, cause);
        failure = Cause.LOCAL_FAILURE;
        failOver();
    }

    private void failOver() {
        closeChannel();
        deadline = Long.MAX_VALUE;
        BackendState refused = backend;
        backend = null;
        search.failed(refused);
        context.loop().execute(() -> runGuarded(this::connectNext)); // after the descriptor of the channel is free
    }

    private void closeChannel() {
        if (channel != null) { // null if no descriptor was left
            channel.close();
            channel = null;
        }
        ownConnection.ifPresent(OwnConnections.Attempt::close);
    }

    void runGuarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            failUnexpectedly(e);
        }
    }

    /** Ends the stage. The exception must not reach the loop, which cannot end a session. */
    void failUnexpectedly(Throwable exception) {
        owner.failedUnexpectedly(exception);
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
            timedOut = true;
            channel.close(); // fails the attempt
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

    /** Returns the backend of the current or else the last attempt; null if there was none. */
    public BackendState backend() {
        return backend != null ? backend : search.lastFailed();
    }

    /** Returns the number of attempts. */
    public int attempts() {
        return search.attempts();
    }

    /** Returns all bytes read from the client so far; the first ones are those of earlier stages, {@code before}. */
    public ByteBuffer readAhead(ByteBuffer before) {
        return watch == null ? before : watch.readAhead();
    }

    /** Returns the record of a connection that can lead to this process. The owner closes it. */
    public Optional<OwnConnections.Attempt> ownConnection() {
        return ownConnection;
    }
}
