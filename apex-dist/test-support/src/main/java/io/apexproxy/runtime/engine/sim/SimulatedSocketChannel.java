package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.channels.WritePendingException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A stream channel of a simulated loop. */
final class SimulatedSocketChannel extends SimulatedSocket implements SimulatedChannel {

    private enum State { UNCONNECTED, CONNECTING, CONNECTED, CLOSED }

    private final SimulatedLoop loop;
    private final SimulatedNetwork network;
    private final PendingRead reading;
    private final PendingWrite writing;
    private PendingConnect connecting;
    private State state;

    private SimulatedSocketChannel(SimulatedLoop loop, SimulatedNetwork network, Endpoint endpoint, boolean unix,
            State state) {
        super(loop, network, endpoint, unix);
        this.loop = loop;
        this.network = network;
        this.state = state;
        reading = new PendingRead(this, loop);
        writing = new PendingWrite(this, loop);
        endpoint.onChange(() -> loop.markReady(this));
    }

    static SimulatedSocketChannel unconnected(SimulatedLoop loop, SimulatedNetwork network, SocketAddress address) {
        return new SimulatedSocketChannel(loop, network, network.open(), address instanceof UnixDomainSocketAddress,
                State.UNCONNECTED);
    }

    static SimulatedSocketChannel accepted(SimulatedLoop loop, SimulatedNetwork network, Endpoint endpoint) {
        return new SimulatedSocketChannel(loop, network, endpoint, endpoint.isUnix(), State.CONNECTED);
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    boolean isConnected() {
        return state == State.CONNECTED;
    }

    @Override
    public <A> void connect(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        switch (state) {
            case CONNECTING -> throw new ConnectionPendingException();
            case CONNECTED -> throw new AlreadyConnectedException();
            case CLOSED -> reject(attachment, handler);
            default -> {
                requireReachable(remote);
                state = State.CONNECTING;
                connecting = new PendingConnect(this, loop, network, remote, attachment, untyped(handler));
                if (loop.inLoop() && loop.handlers().nests()) {
                    connecting.run();
                } else {
                    offer(connecting);
                }
            }
        }
    }

    private void requireReachable(SocketAddress remote) {
        Objects.requireNonNull(remote, "remote");
        if (!(isTcp() ? remote instanceof InetSocketAddress : remote instanceof UnixDomainSocketAddress)) {
            throw new UnsupportedAddressTypeException();
        }
        if (remote instanceof InetSocketAddress address && address.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
    }

    @Override
    public <A> void read(ByteBuffer target, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer");
        }
        begin(reading, attachment, handler, () -> reading.begin(target, attachment, untyped(handler)));
    }

    @Override
    public <A> void awaitReadable(A attachment, CompletionHandler<Integer, ? super A> handler) {
        begin(reading, attachment, handler, () -> reading.begin(null, attachment, untyped(handler)));
    }

    @Override
    public boolean cancelAwait() {
        return reading.cancelAwait();
    }

    @Override
    public <A> void write(ByteBuffer source, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        Objects.requireNonNull(source, "source");
        begin(writing, attachment, handler, () -> writing.begin(source, attachment, untyped(handler)));
    }

    @Override
    public <A> void writeLast(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(source, "source");
        begin(writing, attachment, handler, () -> writing.beginLast(source, attachment, untyped(handler)));
    }

    private <A> void begin(PendingTransfer half, A attachment, CompletionHandler<Integer, ? super A> handler,
            Runnable operation) {
        Objects.requireNonNull(handler, "handler");
        if (state == State.CLOSED) {
            reject(attachment, handler);
        } else if (state != State.CONNECTED) {
            throw new NotYetConnectedException();
        } else if (!half.claim()) {
            throw half == reading ? new ReadPendingException() : new WritePendingException();
        } else if (loop.inLoop()) {
            operation.run();
        } else {
            offer(operation);
        }
    }

    private static void requireNoTimeout(long timeout) {
        if (timeout > 0) {
            throw new UnsupportedOperationException("an operation with a timeout; schedule a close instead");
        }
    }

    private <V, A> void reject(A attachment, CompletionHandler<V, ? super A> handler) {
        offer(() -> loop.handlers().failed(untyped(handler), new ClosedChannelException(), attachment));
    }

    private void offer(Runnable task) {
        if (!loop.offer(task)) {
            throw new ShutdownChannelGroupException();
        }
    }

    @SuppressWarnings("unchecked") // the attachment goes back to the handler that it came with
    static <V> CompletionHandler<V, Object> untyped(CompletionHandler<V, ?> handler) {
        return (CompletionHandler<V, Object>) handler;
    }

    @Override
    public void close() {
        startClosing();
    }

    @Override
    public void startClosing() {
        if (isOpen()) {
            state = State.CLOSED;
            loop.release(this);
        }
    }

    // ---- what follows is called by the loop

    void connected() {
        connecting = null;
        if (state == State.CONNECTING) {
            state = State.CONNECTED;
        }
    }

    void connectFailed() {
        connecting = null;
        startClosing();
    }

    @Override
    public boolean isReady() {
        return isOpen() && (connecting != null ? connecting.isReady() : reading.isReady() || writing.isReady());
    }

    @Override
    public void dispatch() {
        if (connecting != null) {
            connecting.run();
            return;
        }
        writing.dispatch();
        if (isOpen()) {
            reading.dispatch();
        }
    }

    @Override
    public void failPending() {
        reading.channelClosed();
        writing.channelClosed();
        if (connecting != null) {
            loop.defer(connecting);
            connecting = null;
        }
    }

    @Override
    public void free() {
        closeSocket();
    }
}
