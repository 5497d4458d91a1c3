package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections of one address on one loop, and begins their sessions.
 *
 * <p>Handlers run on the loop's thread. At most one accept is pending, and none while a refused connection is held.
 */
final class Acceptor implements CompletionHandler<AsynchronousSocketChannel, Void> {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** Out of descriptors, accepting again at once would fail at once, as fast as the processor can. */
    private static final long PAUSE_MILLIS = 100;
    /**
     * A read into it completes at once, with nothing, on the loop's thread: the way to get there from another thread.
     */
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Relay relay;
    private final EventLoop loop;
    private final AsynchronousServerSocketChannel server;
    private final AtomicReference<AsynchronousSocketChannel> held = new AtomicReference<>();
    private volatile Listener listener;
    private volatile boolean closed;

    Acceptor(Relay relay, EventLoop loop, AsynchronousServerSocketChannel server) {
        this.relay = relay;
        this.loop = loop;
        this.server = server;
    }

    /** Begins to accept for a listener, or goes on for another one. */
    void serve(Listener next) {
        boolean first = listener == null;
        listener = next;
        if (first) {
            acceptNext();
        }
    }

    private void accept() {
        try {
            server.accept(null, this);
        } catch (ShutdownChannelGroupException e) {
            LOG.trace("The proxy ends", e);
        } catch (Throwable e) { // a lack of memory, say: this listener must not be deaf ever after
            LOG.error("listeners.{}: cannot accept; trying again", listener.name(), e);
            loop.later(this::accept, PAUSE_MILLIS);
        }
    }

    @Override
    public void completed(AsynchronousSocketChannel client, Void nothing) {
        Listener current = listener;
        if (relay.admission().claim(current)) {
            begin(client, current);
            acceptNext();
        } else {
            held.set(client);
            relay.admission().await(this::resume);
        }
    }

    /**
     * On the loop's thread, with a claim that the session gives back. Nothing escapes: it would end the loop's task.
     */
    private void begin(AsynchronousSocketChannel client, Listener current) {
        Session session;
        try {
            current.connections().add(loop.index(), 1);
            session = new Session(relay, loop, current, (LoopSocketChannel) client);
        } catch (IOException e) { // it broke so early that it has no address any more
            LOG.debug("listeners.{}: a connection was gone before it was served", current.name(), e);
            turnAway(client, current);
            return;
        } catch (Throwable e) {
            LOG.error("listeners.{}: a defect ended a connection", current.name(), e);
            turnAway(client, current);
            return;
        }
        session.start();
    }

    private void turnAway(AsynchronousSocketChannel client, Listener current) {
        Session.close((LoopSocketChannel) client);
        relay.admission().release(current);
    }

    /**
     * Tries again to let the held connection in. Any thread, one at a time; returns whether there is nothing left to
     * do.
     */
    private boolean resume() {
        Listener current = listener;
        if (closed) {
            closeHeld();
            return true;
        }
        if (!relay.admission().claim(current)) {
            return false;
        }
        AsynchronousSocketChannel client = held.getAndSet(null);
        if (client == null) { // closed meanwhile
            relay.admission().release(current);
            return true;
        }
        try {
            client.read(NOTHING, current, onLoop(client));
        } catch (ShutdownChannelGroupException e) {
            LOG.trace("The proxy ends", e);
            relay.admission().release(current);
        }
        return true;
    }

    private CompletionHandler<Integer, Listener> onLoop(AsynchronousSocketChannel client) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Integer none, Listener claimed) {
                begin(client, claimed);
                acceptNext();
            }

            @Override
            public void failed(Throwable cause, Listener claimed) {
                LOG.debug("listeners.{}: a held connection was closed", claimed.name(), cause);
                relay.admission().release(claimed);
                acceptNext();
            }
        };
    }

    /** Accepts the next one, if there are descriptors for it and its backend. */
    private void acceptNext() {
        if (loop.hasSpareDescriptor()) {
            accept();
        } else {
            pause("no file descriptor left");
        }
    }

    @Override
    public void failed(Throwable cause, Void nothing) {
        if (closed || cause instanceof ClosedChannelException) {
            return;
        }
        listener.acceptErrors().add(loop.index(), 1);
        pause(cause.getMessage());
    }

    private void pause(String cause) {
        if (relay.localFailures().permits()) {
            LOG.warn("listeners.{}: cannot accept: {}; trying again every {} ms", listener.name(), cause, PAUSE_MILLIS);
        }
        loop.later(this::acceptNext, PAUSE_MILLIS);
    }

    void close() {
        closed = true; // before the held connection is taken, so that one held later is closed by the next try
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("listeners.{}: closing", listener == null ? "" : listener.name(), e);
        }
        closeHeld();
    }

    private void closeHeld() {
        AsynchronousSocketChannel client = held.getAndSet(null);
        if (client != null) {
            Session.close((LoopSocketChannel) client);
        }
    }
}
