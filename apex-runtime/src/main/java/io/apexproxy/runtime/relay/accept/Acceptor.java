package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.limit.LocalFailure;
import io.apexproxy.runtime.log.LogThrottle;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.stats.LimitWatch;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections of one address on one loop, and has their sessions started.
 *
 * <p>Handlers run on the loop's thread. At most one accept is pending, and none while a connection is held, so that the
 * kernel queues the others.
 */
final class Acceptor implements CompletionHandler<AsynchronousSocketChannel, Void> {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** Without descriptors, accepting again at once would fail at once, as fast as the processor can. */
    private static final long PAUSE_MILLIS = 100;

    private final RelayLoop loop;
    private final Admission admission;
    private final SessionStarter sessions;
    private final LogThrottle localFailures;
    private final LimitWatch descriptors;
    private final LoopServerSocketChannel server;
    private final SocketAddress address;
    /** On the loop's thread only: one while accepting, those of the kernel's queue after {@link #drain}. */
    private final Set<HeldConnection> held = new LinkedHashSet<>();
    private volatile Listener listener;
    /** Whether the server channel accepts no more; held connections may still be admitted. */
    private volatile boolean draining;
    /** Whether no more connections are admitted. */
    private volatile boolean closed;

    /**
     * Creates an acceptor; {@link #serve} lets it accept.
     *
     * @param server a channel of the loop, bound before it is served
     * @param address that the channel is bound to; the port may be open
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

    /** Begins to accept for a listener, or continues for another one. The configuration's thread only. */
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

    /** Accepts the next one, if there are descriptors for it and its backend. */
    private void acceptNext() {
        if (draining || closed) {
            return;
        }
        try {
            if (loop.hasSpareDescriptor()) {
                server.accept(null, this);
            } else {
                pauseWithoutDescriptors("no file descriptors left");
            }
        } catch (ShutdownChannelGroupException e) {
            LOG.trace("The relay ends", e);
        } catch (Throwable e) { // a lack of memory, for instance: the listener must accept again later
            LOG.error("listeners.{}: cannot accept; retrying every {} ms", listener.name(), PAUSE_MILLIS, e);
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
                    LOG.warn("{}", paused(text));
                }
                loop.schedule(this::acceptNext, PAUSE_MILLIS);
            }
        }
    }

    private void pauseWithoutDescriptors(String cause) {
        descriptors.reached(() -> paused(cause) + "; raise the limit of open files (ulimit -n) or lower"
                + " max_connections");
        loop.schedule(this::acceptNext, PAUSE_MILLIS);
    }

    private String paused(String cause) {
        return "listeners." + listener.name() + ": accept paused: " + cause + "; retrying every " + PAUSE_MILLIS
                + " ms";
    }

    /** Returns whether the connection is not held. */
    private boolean admitOrHold(LoopSocketChannel client) {
        Listener current = listener;
        long accepted = loop.nanoTime();
        if (closed) {
            client.close();
        } else if (admission.claim(current)) {
            start(current, new Accepted(client, address, accepted, 0));
        } else {
            HeldConnection waiting = new HeldConnection(this, admission, client, accepted);
            held.add(waiting);
            admission.await(waiting);
            return false;
        }
        return true;
    }

    private void start(Listener current, Accepted connection) {
        current.connections().add(loop.index(), 1);
        sessions.start(loop, current, connection);
    }

    /** A held connection was admitted for the listener. Any thread. */
    void admit(HeldConnection waiting, Listener current) {
        loop.execute(() -> {
            held.remove(waiting);
            long accepted = waiting.acceptedNanos();
            start(current, new Accepted(waiting.client(), address, accepted, loop.nanoTime() - accepted));
            acceptNext();
        });
    }

    /**
     * Stops listening without a reset: accepts what the kernel has queued, and serves it as limits allow. Connections
     * that still wait after the timeout are closed. Returns when the address can be bound again. Not on the loop's
     * thread.
     */
    void drain(Duration timeout) {
        if (listener == null || draining || closed) {
            close();
            return;
        }
        draining = true;
        server.closeAfterAccepting(null, new QueueHandler());
        loop.schedule(this::closeHeld, timeout.toMillis());
    }

    /** Receives what the kernel had queued when the channel closed. */
    private final class QueueHandler implements CompletionHandler<AsynchronousSocketChannel, Void> {
        @Override
        public void completed(AsynchronousSocketChannel channel, Void nothing) {
            admitOrHold((LoopSocketChannel) channel);
        }

        @Override
        public void failed(Throwable cause, Void nothing) {
            LOG.warn("listeners.{}: listening socket closed with connections in its queue, which are reset: {}",
                    listener.name(), cause.getMessage());
        }
    }

    /** Stops listening at once, and closes connections that are held. Not on the loop's thread. */
    void close() {
        closed = true; // before held ones are closed, so that one accepted later is closed too
        server.close();
        loop.execute(this::closeHeld);
    }

    private void closeHeld() {
        closed = true;
        long count = held.stream().filter(HeldConnection::close).count();
        held.clear();
        if (count > 0) {
            admission.retry(); // forgets them
            LOG.warn("listeners.{}: {} connections closed that were waiting at a limit when the listener stopped",
                    listener.name(), count);
        }
    }
}
