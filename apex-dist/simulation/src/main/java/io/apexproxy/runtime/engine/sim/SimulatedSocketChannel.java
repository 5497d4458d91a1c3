package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
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
import java.nio.channels.WritePendingException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A stream channel of a simulated loop. */
final class SimulatedSocketChannel extends SimulatedSocket implements SimulatedChannel {

    private enum State {
        UNCONNECTED, CONNECTING, CONNECTED, CLOSED
    }

    private final SimulatedLoop loop;
    private final SimulatedNetwork network;
    private final PendingRead pendingRead;
    private final PendingWrite pendingWrite;
    private PendingConnect pendingConnect;
    private State state;

    private SimulatedSocketChannel(SimulatedLoop loop, SimulatedNetwork network, Endpoint endpoint, boolean unix,
            State state) {
        super(loop, network, endpoint, unix);
        this.loop = loop;
        this.network = network;
        this.state = state;
        pendingRead = new PendingRead(this, loop);
        pendingWrite = new PendingWrite(this, loop);
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
                pendingConnect = new PendingConnect(this, loop, network, remote, attachment, untyped(handler));
                if (loop.inLoop() && loop.handlers().nests()) {
                    pendingConnect.run();
                } else {
                    offer(pendingConnect);
                }
            }
        }
    }

    @Override
    public <A> void read(ByteBuffer target, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer");
        }
        begin(pendingRead, attachment, handler, () -> pendingRead.begin(target, attachment, untyped(handler)));
    }

    @Override
    public <A> void awaitReadable(A attachment, CompletionHandler<Integer, ? super A> handler) {
        begin(pendingRead, attachment, handler, () -> pendingRead.begin(null, attachment, untyped(handler)));
    }

    @Override
    public boolean cancelAwait() {
        return pendingRead.cancelAwait();
    }

    @Override
    public <A> void write(ByteBuffer source, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        Objects.requireNonNull(source, "source");
        begin(pendingWrite, attachment, handler, () -> pendingWrite.begin(source, attachment, untyped(handler)));
    }

    @Override
    public <A> void writeLast(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(source, "source");
        begin(pendingWrite, attachment, handler, () -> pendingWrite.beginLast(source, attachment, untyped(handler)));
    }

    private <A> void begin(PendingTransfer half, A attachment, CompletionHandler<Integer, ? super A> handler,
            Runnable operation) {
        Objects.requireNonNull(handler, "handler");
        if (state == State.CLOSED) {
            reject(attachment, handler);
        } else if (state != State.CONNECTED) {
            throw new NotYetConnectedException();
        } else if (!half.claim()) {
            throw half == pendingRead ? new ReadPendingException() : new WritePendingException();
        } else if (loop.inLoop()) {
            operation.run();
        } else {
            offer(operation);
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

    // ---- called by the loop

    void connected() {
        pendingConnect = null;
        if (state == State.CONNECTING) {
            state = State.CONNECTED;
        }
    }

    void connectFailed() {
        pendingConnect = null;
        startClosing();
    }

    @Override
    public boolean isReady() {
        return isOpen() && (pendingConnect != null
                ? pendingConnect.isReady() : pendingRead.isReady() || pendingWrite.isReady());
    }

    @Override
    public void dispatch() {
        if (pendingConnect != null) {
            pendingConnect.run();
            return;
        }
        pendingWrite.dispatch();
        if (isOpen()) {
            pendingRead.dispatch();
        }
    }

    @Override
    public void failPending() {
        pendingRead.channelClosed();
        pendingWrite.channelClosed();
        if (pendingConnect != null) {
            loop.defer(pendingConnect);
            pendingConnect = null;
        }
    }

    @Override
    public void free() {
        closeSocket();
    }
}
