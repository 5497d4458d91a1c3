package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Overload;
import io.apexproxy.runtime.pool.rotation.Feedback;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * An attempt to connect to a claimed backend: its channel, its deadline and its prologue. On the loop's thread only.
 *
 * <p>The result is passed to {@link Connecting}, which releases the claim.
 */
public final class ConnectAttempt {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Connecting connecting;
    private final ConnectContext context;
    private final BackendSearch search;
    private final BackendState backend;
    private final boolean requestsTls;
    /** The address of the backend for this connection. Null until {@link #begin}. */
    private SocketAddress address;
    /** Null until it is open. */
    private LoopSocketChannel channel;
    private Optional<OwnConnections.Attempt> ownConnection = Optional.empty();
    /** Null unless the attempt waits, or has waited, for the first byte of the backend. */
    private FirstByteWatch firstByte;
    /** Until when the attempt waits for a descriptor, in running time. */
    private long latestOpen = Long.MAX_VALUE;
    private long startedNanos;
    private long establishedNanos;
    /** The deadline, in running time. */
    private long deadline = Long.MAX_VALUE;
    /** When the backend is assumed to be overloaded, in running time, while the connect is in progress. */
    private long overloadAt = Long.MAX_VALUE;
    private boolean isSlow;
    private boolean timedOut;
    /** Whether it has a result, or was closed. */
    private boolean isOver;

    /**
     * Creates an attempt; {@link #begin} starts it.
     *
     * @param connecting receives the result
     * @param context shared by the connecting stages of the loop
     * @param search the search that has claimed the backend
     * @param backend the backend
     * @param requestsTls whether the client has sent the SSLRequest of PostgreSQL, which the backend has to accept
     */
    ConnectAttempt(Connecting connecting, ConnectContext context, BackendSearch search, BackendState backend,
            boolean requestsTls) {
        this.connecting = connecting;
        this.context = context;
        this.search = search;
        this.backend = backend;
        this.requestsTls = requestsTls;
    }

    void begin() {
        if (!open()) {
            context.descriptors().add(this);
        }
    }

    /**
     * Opens the channel and connects. Clients whose first bytes came earlier can have taken the last descriptors. This
     * client then waits, like those that are not accepted yet, but for {@code connect_timeout} at most.
     *
     * @return false if no descriptor is left
     */
    private boolean open() {
        try {
            address = connecting.addressOf(backend);
            channel = context.openSocket(address, search.pool().config().sourceAddress());
        } catch (IOException e) {
            long now = context.loop().readNow();
            latestOpen = Math.min(latestOpen, now + search.pool().config().connectTimeout().toNanos());
            if (LocalFailure.isTemporary(e) && now < latestOpen) {
                context.logLocalFailure(search.connection().listener(), backend, e);
                return false;
            }
            failedLocally(e);
            return true;
        }
        connect();
        return true;
    }

    /** Opens the channel after a wait for a descriptor. Returns whether the attempt waits no longer. */
    boolean openAgain() {
        try {
            return isOver || open();
        } catch (RuntimeException | Error e) { // must not prevent that other attempts are tried
            failUnexpectedly(e);
            return true;
        }
    }

    private void connect() {
        startedNanos = context.loop().nanoTime();
        long now = context.loop().readNow();
        deadline = now + search.pool().config().connectTimeout().toNanos();
        overloadAt = now + Overload.NANOS;
        connecting.deadlineChanged();
        ConnectionInfo info = search.connection();
        ownConnection = context.ownConnections().open(address, info.listener(), info.client());
        channel.connect(address, this, ConnectHandler.INSTANCE);
    }

    void connected() throws IOException {
        if (context.loop().now() >= overloadAt) { // the loop handles channels before timeouts
            assumeOverload();
        }
        overloadAt = Long.MAX_VALUE;
        if (!isOver && !timedOut && ownConnection.isPresent()) {
            ownConnection.get().connected(channel.getLocalAddress(), address);
        }
        if (isOver || timedOut || !AttemptPrologue.isNeeded(search.pool(), requestsTls)) {
            established();
        } else {
            new AttemptPrologue(this).begin(context.loop(), channel, backend, search, requestsTls);
        }
    }

    /** Replaces the channel by one with TLS. */
    void replaceChannel(LoopSocketChannel secured) {
        channel = secured;
    }

    /** Handles a connection whose prologue, if any, is complete. */
    void established() {
        if (isOver) {
            return;
        }
        if (timedOut) { // the connect completed before its channel was closed
            failed(new IOException("timed out"));
            return;
        }
        deadline = Long.MAX_VALUE;
        establishedNanos = context.loop().nanoTime();
        backend.traffic().connections().add(context.loop().index(), 1);
        backend.traffic().connectTimes().add(context.loop().index(), establishedNanos - startedNanos);
        Duration earlyClose = search.pool().config().earlyClose();
        if (earlyClose.isZero() || connecting.hasClientBytes()) {
            succeed();
        } else {
            firstByte = new FirstByteWatch(this, context.loop(), channel);
            deadline = context.loop().readNow() + earlyClose.toNanos();
            connecting.deadlineChanged();
            firstByte.begin();
        }
    }

    /** Passes the connection to the stage. */
    void succeed() {
        if (!isOver) {
            isOver = true;
            deadline = Long.MAX_VALUE;
            connecting.established();
        }
    }

    /** Ends the wait for the first byte of the backend, if there is one. */
    void endFirstByteWatch() {
        if (firstByte != null && !isOver && firstByte.stop()) {
            succeed();
        }
    }

    /** Handles a backend that has ended the connection before its first byte. */
    void closedEarly(Cause cause) {
        if (!isOver) {
            search.pool().closedEarly(backend, cause == Cause.BACKEND_RESET);
            reportToPicker();
            connecting.failOver(cause);
        }
    }

    void failed(Throwable cause) {
        if (isOver) {
            return;
        }
        if (!timedOut && LocalFailure.is(cause)) {
            failedLocally(cause);
            return;
        }
        AttemptFailure failure = timedOut ? AttemptFailure.TIMEOUT : AttemptFailure.of(cause, requestsTls);
        backend.traffic().connectErrors().add(context.loop().index(), 1);
        context.report(failure, search, backend);
        if (failure.affectsHealth()) {
            reportToPicker();
        }
        connecting.failOver(failure.cause());
    }

    private void reportToPicker() {
        Feedback feedback = search.pool().feedback();
        if (feedback.wantsFailed()) {
            feedback.failed(backend, search.connection(), context.loop().nanoTime() - startedNanos);
        }
    }

    /** Handles a lack of descriptors or local ports, which says nothing about the health of the backend. */
    private void failedLocally(Throwable cause) {
        context.logLocalFailure(search.connection().listener(), backend, cause);
        connecting.failOver(Cause.LOCAL_FAILURE);
    }

    void failUnexpectedly(Throwable exception) {
        connecting.failUnexpectedly(exception);
    }

    /** Fails the attempt if its deadline has passed. Reports a backend that does not answer, each second. */
    void expire(long now) {
        if (now >= deadline) {
            if (isSlow && overloadAt != Long.MAX_VALUE) { // still not answered
                assumeOverload();
            }
            deadline = Long.MAX_VALUE;
            overloadAt = Long.MAX_VALUE;
            if (firstByte == null) {
                timedOut = true;
                channel.close(); // fails the connect or the prologue
            } else {
                endFirstByteWatch();
            }
        } else if (now >= overloadAt) {
            overloadAt = now + Overload.NANOS;
            assumeOverload();
        }
    }

    private void assumeOverload() {
        backend.overload().assume(context.loop().nanoTime());
        if (!isSlow) {
            isSlow = true;
            backend.traffic().slowConnects().add(context.loop().index(), 1);
            context.logSlowConnect(search, backend);
        }
    }

    /** Returns when to call {@link #expire} next, in running time. */
    long due() {
        return Math.min(deadline, overloadAt);
    }

    /** Closes the channel. Later results are ignored. */
    void close() {
        isOver = true;
        deadline = Long.MAX_VALUE;
        overloadAt = Long.MAX_VALUE;
        if (channel != null) {
            channel.close();
        }
        ownConnection.ifPresent(OwnConnections.Attempt::close);
    }

    /** Returns the backend, which is claimed. */
    public BackendState backend() {
        return backend;
    }

    /** Returns the time at which the connection was established, as {@link System#nanoTime}. */
    public long establishedNanos() {
        return establishedNanos;
    }

    /** Returns the duration of the connect and the prologue, in nanoseconds. */
    public long connectNanos() {
        return establishedNanos - startedNanos;
    }

    /** Returns the bytes that were read from the backend. */
    public ByteBuffer firstBytes() {
        return firstByte == null ? EMPTY : firstByte.bytes();
    }

    /** Returns the channel to the backend. */
    public LoopSocketChannel channel() {
        return channel;
    }

    /** Returns the record of a connection that can lead to this process. */
    Optional<OwnConnections.Attempt> ownConnection() {
        return ownConnection;
    }
}
