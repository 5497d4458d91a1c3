package io.apexproxy.runtime.relay;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.config.Address;
import io.apexproxy.runtime.pool.BackendState;
import io.apexproxy.runtime.pool.Picking;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, from accept to the last byte.
 *
 * <p>Everything happens on the loop's thread, except {@link #sweep} and {@link #abort}: those only close channels, and
 * the pending operations that fail then bring the session to its end on its own thread.
 */
final class Session implements ConnectionInfo {

    private enum Phase { CONNECTING, RELAYING, HALF_CLOSED, RESETTING, ENDED }

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final AtomicReferenceFieldUpdater<Session, Cause> REQUESTED =
            AtomicReferenceFieldUpdater.newUpdater(Session.class, Cause.class, "requested");

    private final Relay relay;
    private final EventLoop loop;
    private final Listener listener;
    private final LoopSocketChannel client;
    private final SocketAddress clientAddress;
    private final SocketAddress localAddress;
    private final long acceptedNanos = System.nanoTime();
    private long connectedNanos;
    private int attempts;
    private Cause ending;
    private BackendState backend;
    private Pump toBackend;
    private Pump toClient;
    private PendingReset pendingReset;
    /** Null again when it has connected. */
    private volatile Connector connector;
    private volatile LoopSocketChannel server;
    private volatile long movedMillis;
    private volatile Phase phase = Phase.CONNECTING;
    private volatile Cause requested;

    Session(Relay relay, EventLoop loop, Listener listener, LoopSocketChannel client) throws IOException {
        this.relay = relay;
        this.loop = loop;
        this.listener = listener;
        this.client = client;
        this.clientAddress = client.getRemoteAddress();
        this.localAddress = client.getLocalAddress();
    }

    /** Begins with a backend being sought. */
    void start() {
        if (LOG.isDebugEnabled()) {
            LOG.debug("Accepted connection from {}", Address.text(clientAddress));
        }
        try {
            moved();
            loop.add(this);
            if (clientAddress instanceof InetSocketAddress) {
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            connector = new Connector(this, relay, listener.pool());
            connector.connectNext();
        } catch (IOException e) { // setting an option fails only on a connection that broke already
            end(Cause.CLIENT_RESET);
        } catch (Throwable e) {
            defect(e);
        }
    }

    /** There is a backend: both directions begin. */
    void connected(BackendState connectedBackend, LoopSocketChannel channel) {
        connectedNanos = System.nanoTime();
        backend = connectedBackend;
        attempts = connector.attempts();
        server = channel; // before the connector is forgotten: who aborts finds the channel in one of the two
        connector = null;
        moved();
        phase = Phase.RELAYING;
        if (LOG.isDebugEnabled()) {
            LOG.debug("Connected to backend: {}", backend);
            LOG.debug("Forwarding data between {} and {}", Address.text(clientAddress), backend);
        }
        toBackend = new Pump(this, Side.CLIENT, client, server, backend.traffic().toBackend());
        toClient = new Pump(this, Side.BACKEND, server, client, backend.traffic().toClient());
        toClient.await();
        if (!ended()) {
            toBackend.await();
        }
    }

    /** A byte moved: what is overdue is counted from now on. */
    void moved() {
        movedMillis = loop.clock().millis();
    }

    boolean bothDone() {
        return toBackend.done() && toClient.done();
    }

    /** One side sent its last byte, and it was delivered. */
    void finished(Side side) {
        if (ended()) {
            return;
        }
        if (phase == Phase.RELAYING) {
            ending = side.closed();
            moved(); // an end is a movement: the other side's time begins now, however long it was silent before
            phase = Phase.HALF_CLOSED;
        }
        if (phase == Phase.RESETTING) {
            pendingReset.silent();
        } else if (passesOn(side)) { // it showed when something was written to it
            passOn(side);
        } else if (bothDone()) {
            end(ending);
        }
    }

    /**
     * Reading from a side failed: there is nothing more to be had from it, and nobody to deliver to. That is passed on;
     * a client may still be sending, though, and its answer under way: a backend that answers and closes without having
     * read everything resets too. Where a reset cannot be passed on, the client learns that this was the end, and is
     * listened to until it has understood.
     */
    void broken(Side side, Throwable cause) {
        if (ended()) {
            return;
        }
        debug("reading", cause);
        if (requested != null || ending == side.other().reset()) { // then both are gone
            end(ending);
            return;
        }
        ending = side.reset();
        if (passesOn(side)) {
            passOn(side);
        } else if (side == Side.CLIENT || toBackend.done()) {
            end(ending);
        } else {
            moved();
            phase = Phase.HALF_CLOSED;
            toClient.endSink();
        }
    }

    /**
     * Writing to a side failed. A reset shows as an end to whoever reads after the one that writes, so it is one also
     * for a side that seemed to have finished: not everything was delivered to it.
     */
    void brokenSink(Side side, Throwable cause) {
        debug("writing", cause);
        if (phase == Phase.RELAYING || ending == side.closed()) {
            ending = side.reset();
        }
        if (requested != null) {
            end(requested);
        } else if (phase != Phase.RESETTING) {
            moved();
            phase = Phase.HALF_CLOSED;
            if (pump(side).done() && passesOn(side)) {
                passOn(side);
            }
        }
    }

    /**
     * Whether what this side sent ends with a reset, also for the other side: if that is connected by TCP over our own
     * channels, and nothing can be lost, or it can be seen when all has arrived.
     */
    boolean passesOn(Side from) {
        return ending == from.reset()
                && addressOf(from.other()) instanceof InetSocketAddress
                && (pump(from).bytes() == 0 || relay.resets().canTell());
    }

    /**
     * Resets the other side as well: at once if nothing was ever sent to it, else when all that was sent has arrived.
     */
    private void passOn(Side from) {
        Side to = from.other();
        if (pump(from).bytes() == 0) {
            endWithReset(to);
            return;
        }
        long heard = to == Side.CLIENT ? movedMillis : Long.MIN_VALUE;
        try {
            pendingReset = new PendingReset(this, (InetSocketAddress) channel(to).getLocalAddress(),
                    (InetSocketAddress) channel(to).getRemoteAddress(), heard);
        } catch (IOException e) { // closed from outside
            debug("passing a reset on", e);
            end(ending);
            return;
        }
        moved();
        phase = Phase.RESETTING;
        if (requested != null) { // by somebody who could not know yet that no operation may be pending
            end(requested);
        } else {
            relay.resets().add(pendingReset);
        }
    }

    /** What a side sends is dropped. */
    void dropped() {
        if (pendingReset != null) {
            pendingReset.heard();
        }
    }

    /** All has arrived at the side that is to be reset, or it cannot be seen whether it has. */
    void arrived(boolean certain) {
        if (phase == Phase.RESETTING) {
            if (certain) {
                endWithReset(ending == Cause.CLIENT_RESET ? Side.BACKEND : Side.CLIENT);
            } else {
                end(ending);
            }
        }
    }

    private void endWithReset(Side side) {
        try {
            channel(side).setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) { // it is closed already, or broken
            debug("passing a reset on", e);
        }
        end(ending);
    }

    /** What moves the bytes that a side sends. */
    private Pump pump(Side side) {
        return side == Side.CLIENT ? toBackend : toClient;
    }

    private LoopSocketChannel channel(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    private SocketAddress addressOf(Side side) {
        return side == Side.CLIENT ? clientAddress : backend.address();
    }

    /** Something was thrown that nobody expects. */
    void defect(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            LOG.error("listeners.{}: no memory for buffers: lower buffer_memory or give the process more",
                    listener.name());
            end(Cause.LOCAL_FAILURE);
        } else {
            LOG.error("listeners.{}: a defect ended the connection of {}", listener.name(), Address.text(clientAddress),
                    cause);
            end(Cause.INTERNAL_ERROR);
        }
    }

    /** Ends it, whatever its phase; for another cause, if one was given from outside. */
    void end(Cause cause) {
        if (ended()) {
            return;
        }
        phase = Phase.ENDED;
        Cause last = requested != null ? requested : cause;
        if (connector != null) {
            backend = connector.backend();
            attempts = connector.attempts();
        }
        closeChannels();
        loop.remove(this);
        if (pendingReset != null) {
            relay.resets().remove(pendingReset);
        }
        if (backend != null) {
            Picking.release(backend);
        }
        relay.ended(this, last);
    }

    boolean ended() {
        return phase == Phase.ENDED;
    }

    /** Closes what is overdue. Called at every tick of the loop. */
    void sweep(long nowMillis) {
        Phase now = phase; // first, as it is written after the time: a new phase is not judged by the time of the last
        long still = nowMillis - movedMillis - CoarseClock.MOST_BEHIND_MILLIS;
        switch (now) {
            case CONNECTING -> {
                Connector connecting = connector;
                if (connecting != null) { // it may just have connected
                    connecting.sweep(nowMillis);
                }
            }
            case RELAYING -> {
                if (still >= listener.idleMillis()) {
                    abort(Cause.IDLE_TIMEOUT);
                }
            }
            case HALF_CLOSED -> {
                if (still >= listener.halfClosedMillis()) {
                    abort(Cause.HALF_CLOSED_TIMEOUT);
                }
            }
            case RESETTING -> {
                if (still >= listener.halfClosedMillis()) {
                    abort(ending); // the reset is the cause, that it could not be passed on is not
                }
            }
            default -> { }
        }
    }

    /** Ends the session for a cause that lies outside it. Any thread. */
    void abort(Cause cause) {
        if (REQUESTED.compareAndSet(this, null, cause)) {
            closeChannels();
            if (phase == Phase.RESETTING) { // then no operation need be pending that would fail now
                loop.later(() -> end(cause), 0);
            }
        }
    }

    boolean isAborted() {
        return requested != null;
    }

    private void closeChannels() {
        close(client);
        Connector connecting = connector;
        if (connecting != null) {
            connecting.close();
        }
        LoopSocketChannel channel = server;
        if (channel != null) {
            close(channel);
        }
    }

    /** Whether it relays with this backend; one that is still connecting goes on to another by itself. */
    boolean isServedBy(BackendState other) {
        Phase now = phase; // read first: what it says was written after the backend was
        return (now == Phase.RELAYING || now == Phase.HALF_CLOSED || now == Phase.RESETTING) && backend == other;
    }

    void debug(String doing, Throwable cause) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} and {}: {}: {}", Address.text(clientAddress), backend, doing, cause.toString());
        }
    }

    static void close(LoopSocketChannel channel) {
        channel.close();
    }

    EventLoop loop() {
        return loop;
    }

    Listener entrance() {
        return listener;
    }

    @Override
    public SocketAddress client() {
        return clientAddress;
    }

    @Override
    public SocketAddress local() {
        return localAddress;
    }

    @Override
    public String listener() {
        return listener.name();
    }

    /** Returns the record of this session; called once, at its end, on the loop's thread. */
    SessionRecord summary(Cause last) {
        return new SessionRecord(clientAddress, listener.name(), backend == null ? "-" : backend.name(),
                acceptedNanos, 0, connectedNanos, System.nanoTime(), System.currentTimeMillis(),
                toBackend == null ? 0 : toBackend.bytes(), toClient == null ? 0 : toClient.bytes(), attempts, last);
    }
}
