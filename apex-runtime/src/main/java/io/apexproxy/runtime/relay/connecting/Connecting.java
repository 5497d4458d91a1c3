package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The stage that connects to a backend of a pool, and to further backends after failures. On the loop's thread only.
 *
 * <p>The backend of the current attempt is claimed; the owner receives the claim with the connection. If a connect does
 * not complete immediately, or the connection waits in the queue of the pool, a {@link ClientWatch} detects that the
 * client disconnects.
 */
public final class Connecting implements Stage {

    private final ConnectingOwner owner;
    private final ConnectContext context;
    private final BackendSearch search;
    private final boolean requestsTls;
    /** Null until a connect does not complete immediately, or the connection waits. */
    private ClientWatch watch;
    /** Null until the connection waits. */
    private QueueWait wait;
    private Cause failure = Cause.NO_BACKEND;
    /** The current attempt; null between attempts. */
    private ConnectAttempt attempt;
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

    /** Starts the first attempt, or waits behind other connections. */
    public void begin() {
        try {
            if (search.isBehindOthers()) {
                await();
            } else {
                connectNext();
            }
            if (!ended) {
                clientWatch().begin(isWaiting());
            }
        } catch (Throwable e) {
            failUnexpectedly(e);
        }
    }

    private ClientWatch clientWatch() {
        if (watch == null) {
            watch = owner.watchClient(this);
        }
        return watch;
    }

    /** Returns the address of a backend for this connection. */
    SocketAddress addressOf(BackendState backend) throws IOException {
        return backend.hasPortOfListener() ? backend.addressFor(owner.localAddress()) : backend.address();
    }

    /** Returns whether bytes of the client have been read, which the backend can wait for. */
    boolean hasClientBytes() {
        return clientWatch().readAhead().hasRemaining();
    }

    /** Handles bytes of the client, or the end of its stream. */
    void clientActive() {
        if (attempt != null) {
            attempt.endFirstByteWatch();
        }
    }

    private void connectNext() {
        if (ended) {
            return;
        }
        Optional<BackendState> next = search.next();
        if (next.isPresent()) {
            attempt = new ConnectAttempt(this, context, search, next.get(), requestsTls);
            if (wait != null) {
                wait.taken();
            }
            attempt.begin();
        } else if (search.canWait()) {
            await();
        } else {
            end(search.attempts() == 0 && search.hasSkippedFullBackends() ? Cause.BACKENDS_FULL : failure);
        }
    }

    /** Waits in the queue until {@link #called}. */
    private void await() {
        if (wait == null) {
            wait = new QueueWait(this, context.loop(), search);
        }
        if (wait.await()) {
            deadlineChanged();
            changeWatch();
        } else {
            end(Cause.QUEUE_FULL);
        }
    }

    /** Searches for a backend again, because the queue has called the connection. */
    void called() {
        connectNext();
        changeWatch();
    }

    private boolean isWaiting() {
        return wait != null && wait.isWaiting();
    }

    private void changeWatch() {
        if (watch != null && !ended) {
            watch.change(isWaiting());
        }
    }

    void deadlineChanged() {
        owner.advanceDeadline();
    }

    /** Handles the success of the attempt. */
    void established() {
        if (watch == null || watch.stop()) {
            complete();
        }
    }

    /** Passes the connection to the owner. Called by the watch if a read was pending after the connect. */
    void complete() {
        if (!ended) {
            ended = true;
            owner.connected(attempt);
        }
    }

    /** Ends the stage after a reset by the client, or after a half-close with {@code abort_on_close}. */
    void clientDisconnected() {
        end(Cause.CLIENT_RESET);
    }

    /** Connects to another backend after the attempt has failed. The cause is that of the session if none is left. */
    void failOver(Cause cause) {
        failure = cause;
        attempt.close();
        BackendState refused = attempt.backend();
        attempt = null;
        search.failed(refused);
        context.loop().execute(() -> runGuarded(this::connectNext)); // after the descriptor of the channel is free
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
            if (wait != null) {
                wait.leave();
            }
            if (attempt != null) {
                attempt.close();
                BackendSearch.release(search.pool(), attempt.backend());
            }
            owner.connectingEnded(cause);
        }
    }

    @Override
    public long expire(long now) {
        if (wait != null && now >= wait.due()) {
            end(Cause.QUEUE_TIMEOUT);
        } else if (attempt != null) {
            attempt.expire(now);
        }
        return due();
    }

    @Override
    public long due() {
        if (attempt != null) {
            return attempt.due();
        }
        return wait == null ? Long.MAX_VALUE : wait.due();
    }

    @Override
    public void abort(Cause cause) {
        end(cause);
    }

    /** Returns the backend of the current or else the last attempt; null if there was none. */
    public BackendState backend() {
        return attempt != null ? attempt.backend() : search.lastFailed();
    }

    /** Returns the number of attempts. */
    public int attempts() {
        return search.attempts();
    }

    /** Returns how long the connection waited in the queue of the pool, in nanoseconds; 0: it did not wait. */
    public long queuedNanos() {
        return wait == null ? 0 : wait.waitedNanos();
    }

    /** Returns all bytes read from the client so far; the first ones are those of earlier stages, {@code before}. */
    public ByteBuffer readAhead(ByteBuffer before) {
        return watch == null ? before : watch.readAhead();
    }

    /** Returns the record of a connection that can lead to this process. The owner closes it. */
    public Optional<OwnConnections.Attempt> ownConnection() {
        return attempt == null ? Optional.empty() : attempt.ownConnection();
    }
}
