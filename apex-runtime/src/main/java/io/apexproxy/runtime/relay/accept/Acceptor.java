package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.routing.AccessResult;
import io.apexproxy.runtime.stats.LimitWatch;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acceptor of one address on one loop. It starts the sessions of admitted connections.
 *
 * <p>Handlers run on the loop's thread. At most one accept is pending. While a connection is held, none is pending, so
 * that further connections wait in the kernel's queue.
 */
final class Acceptor implements CompletionHandler<AsynchronousSocketChannel, Void> {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** The pause after a failed accept. An immediate retry would fail again and use all processor time. */
    private static final long PAUSE_MILLIS = 100;

    private final RelayLoop loop;
    private final Admission admission;
    private final SessionStarter sessions;
    private final LogThrottle localFailures;
    private final LimitWatch descriptors;
    private final LoopServerSocketChannel server;
    private final SocketAddress address;
    /** At most one connection; after {@link #drain} any number of the kernel's queue. On the loop's thread only. */
    private final Set<HeldConnection> held = new LinkedHashSet<>();
    private volatile Listener listener;
    /** Whether the server channel is closed; held connections can still be admitted. */
    private volatile boolean draining;
    /** Whether no further connection is admitted. */
    private volatile boolean closed;

    /**
     * Creates an acceptor; {@link #serve} starts it.
     *
     * @param server a channel of the loop, bound before the first call of {@link #serve}
     * @param address the requested address of the channel; its port can be 0
     */
    Acceptor(AcceptContext context, RelayLoop loop, LoopServerSocketChannel server, SocketAddress address) {
        this.loop = loop;
        this.admission = context.admission();
        this.sessions = context.sessions();
        this.localFailures = context.localFailures();
        this.descriptors = context.descriptors();
        this.server = server;
        this.address = address;
    }

    /** Starts to accept for a listener, or switches to another listener. Called on the configuration's thread. */
    void serve(Listener next) {
        boolean first = listener == null;
        listener = next;
        if (first) {
            acceptNext();
        }
    }

    Listener listener() {
        return listener;
    }

    /** Accepts the next connection, if a descriptor for its backend is reserved. */
    private void acceptNext() {
        if (draining || closed) {
            return;
        }
        try {
            if (loop.reserveDescriptor()) {
                server.accept(null, this);
            } else {
                pauseWithoutDescriptors("no file descriptors left");
            }
        } catch (ShutdownChannelGroupException e) {
            LOG.trace("relay has ended", e);
        } catch (Throwable e) { // for example OutOfMemoryError: the listener must accept again later
            LOG.error("listeners.{}: accept failed; retrying every {} ms", listener.name(), PAUSE_MILLIS, e);
            loop.schedule(this::acceptNext, PAUSE_MILLIS);
        }
    }

    @Override
    public void completed(AsynchronousSocketChannel channel, Void nothing) {
        if (admitOrHold((LoopSocketChannel) channel)) {
            acceptNext();
        }
    }

    @Override
    public void failed(Throwable cause, Void nothing) {
        if (!draining && !closed && server.isOpen()) {
            listener.acceptErrors().add(loop.index(), 1);
            String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            if (LocalFailure.is(cause)) {
                pauseWithoutDescriptors(text);
            } else {
                if (localFailures.permits()) {
                    LOG.warn("{}", pauseMessage(text));
                }
                loop.schedule(this::acceptNext, PAUSE_MILLIS);
            }
        }
    }

    private void pauseWithoutDescriptors(String cause) {
        descriptors.reached(() -> pauseMessage(cause) + "; raise the limit of open files (ulimit -n) or lower"
                + " max_connections");
        loop.schedule(this::acceptNext, PAUSE_MILLIS);
    }

    private String pauseMessage(String cause) {
        return "listeners." + listener.name() + ": accept paused: " + cause + "; retrying every " + PAUSE_MILLIS
                + " ms";
    }

    /** Admits, holds or closes a connection. Returns whether the acceptor can continue. */
    private boolean admitOrHold(LoopSocketChannel client) {
        Listener current = listener;
        Accepted accepted = Accepted.of(client, address, loop.nanoTime());
        if (closed) {
            client.close();
            return true;
        }
        if (!current.access().isOpen()) {
            Optional<Accepted> permitted = checkAccess(current, accepted);
            if (permitted.isEmpty()) {
                return true;
            }
            accepted = permitted.get();
        }
        if (admission.claim(current)) {
            start(current, accepted);
            return true;
        }
        HeldConnection waiting = new HeldConnection(this, admission, accepted);
        held.add(waiting);
        admission.await(waiting);
        return false;
    }

    /** Returns the connection with its claim; empty if it was refused. */
    private Optional<Accepted> checkAccess(Listener current, Accepted accepted) {
        AccessResult result;
        try {
            result = current.access().checkPeer(accepted.client().getRemoteAddress(), accepted.nanos());
        } catch (IOException e) { // the socket no longer has a peer address
            LOG.debug("listeners.{}: client disconnected before its check", current.name(), e);
            accepted.client().close();
            return Optional.empty();
        }
        if (result instanceof AccessResult.Permitted permitted) {
            return Optional.of(accepted.with(permitted.claim()));
        }
        if (result instanceof AccessResult.Refused refused) {
            sessions.refuse(loop, current, accepted, Cause.of(refused));
            return Optional.empty();
        }
        return Optional.of(accepted.withHeader());
    }

    private void start(Listener current, Accepted connection) {
        current.connections().add(loop.index(), 1);
        sessions.start(loop, current, connection);
    }

    /** Starts the session of a held connection that the listener has admitted. Any thread. */
    void admit(HeldConnection waiting, Listener current) {
        loop.execute(() -> {
            held.remove(waiting);
            Accepted accepted = waiting.connection();
            start(current, accepted.heldFor(loop.nanoTime() - accepted.nanos()));
            acceptNext();
        });
    }

    /**
     * Stops listening without a reset: accepts the connections in the kernel's queue and admits them within the limits.
     * Closes connections that are still held after the drain timeout of the listener. Returns when the address can be
     * bound again. Not on the loop's thread.
     *
     * @param timeout the drain timeout of listeners without their own
     */
    void drain(Duration timeout) {
        if (draining) {
            return; // after a takeover, listening has stopped before the process drains
        }
        if (listener == null || closed) {
            close();
            return;
        }
        draining = true;
        server.closeAfterAccepting(null, new QueueHandler());
        loop.schedule(this::closeHeld, listener.config().drainTimeout(timeout).toMillis());
    }

    /** The receiver of connections that were in the kernel's queue when the channel was closed. */
    private final class QueueHandler implements CompletionHandler<AsynchronousSocketChannel, Void> {
        @Override
        public void completed(AsynchronousSocketChannel channel, Void nothing) {
            admitOrHold((LoopSocketChannel) channel);
        }

        @Override
        public void failed(Throwable cause, Void nothing) {
            LOG.warn("listeners.{}: failed to accept the connections queued on a closing socket; they are reset: {}",
                    listener.name(), cause.getMessage());
        }
    }

    /** Stops listening immediately and closes held connections. Not on the loop's thread. */
    void close() {
        closed = true; // before closeHeld(), so that a connection accepted later is closed too
        server.close();
        loop.execute(this::closeHeld);
    }

    private void closeHeld() {
        closed = true;
        long count = held.stream().filter(each -> each.close(loop.nanoTime())).count();
        held.clear();
        if (count > 0) {
            admission.retry(); // removes them from the queue
            LOG.warn("listeners.{}: listener stopped; {} connections that were waiting at a limit are closed",
                    listener.name(), count);
        }
    }
}
