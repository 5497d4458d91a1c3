package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.Loop;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.WritePendingException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A stream channel of a loop: the connection state and the two directions. A subclass has the socket. */
public abstract class StreamChannel extends StreamSocket {
    private static final AtomicIntegerFieldUpdater<StreamChannel> STATE =
            AtomicIntegerFieldUpdater.newUpdater(StreamChannel.class, "state");

    // States in the order in which a channel passes through them; CLOSED can follow any state.
    private static final int UNCONNECTED = 0;
    private static final int CONNECTING = 1;
    private static final int CONNECTED = 2;
    private static final int CLOSED = 3;

    private final LoopGroup group;
    private final boolean unixDomain;
    private final ReadHalf readHalf;
    private final WriteHalf writeHalf;
    private volatile int state;

    // the loop's thread only
    private ConnectOperation connectOperation;

    /**
     * Creates a channel. Its group registers it.
     *
     * @param group the group of the channel
     * @param unixDomain whether the socket is a Unix-domain socket
     * @param connected whether the socket was accepted
     */
    protected StreamChannel(LoopGroup group, boolean unixDomain, boolean connected) {
        super(group.provider());
        this.group = group;
        this.unixDomain = unixDomain;
        this.state = connected ? CONNECTED : UNCONNECTED;
        readHalf = new ReadHalf(this);
        writeHalf = new WriteHalf(this);
    }

    @Override
    public final Loop loop() {
        return group;
    }

    final EventLoop eventLoop() {
        return group.loop();
    }

    @Override
    public final boolean isTcp() {
        return !unixDomain;
    }

    @Override
    public final boolean isOpen() {
        return state != CLOSED;
    }

    @Override
    public final <A> void connect(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        if (state == UNCONNECTED) {
            requireReachable(remote);
        }
        if (!STATE.compareAndSet(this, UNCONNECTED, CONNECTING)) {
            switch (state) {
                case CONNECTING -> throw new ConnectionPendingException();
                case CONNECTED -> throw new AlreadyConnectedException();
                default -> reject(attachment, handler);
            }
            return;
        }
        var attempt = new ConnectOperation(this, remote, attachment, untyped(handler));
        if (eventLoop().inLoop()) {
            connectOperation = attempt;
            if (eventLoop().handlers().mayNest()) {
                attempt.run();
            } else {
                eventLoop().defer(attempt);
            }
        } else {
            offer(() -> {
                connectOperation = attempt;
                attempt.run();
            });
        }
    }

    @Override
    public final <A> void read(ByteBuffer target, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer");
        }
        begin(readHalf, target, attachment, handler);
    }

    @Override
    public final <A> void awaitReadable(A attachment, CompletionHandler<Integer, ? super A> handler) {
        begin(readHalf, null, attachment, handler);
    }

    @Override
    public final boolean cancelAwait() {
        return readHalf.cancelAwait();
    }

    @Override
    public final <A> void write(ByteBuffer source, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        begin(writeHalf, Objects.requireNonNull(source, "source"), attachment, handler);
    }

    @Override
    public final <A> void writeLast(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(source, "source");
        if (claim(writeHalf, attachment, handler)) {
            if (eventLoop().inLoop()) {
                writeHalf.beginLast(source, attachment, untyped(handler));
            } else {
                offer(() -> writeHalf.beginLast(source, attachment, untyped(handler)));
            }
        }
    }

    private <A> void begin(HalfChannel half, ByteBuffer buffer, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        if (claim(half, attachment, handler)) {
            if (eventLoop().inLoop()) {
                half.begin(buffer, attachment, untyped(handler));
            } else {
                offer(() -> half.begin(buffer, attachment, untyped(handler)));
            }
        }
    }

    /** Returns false if the channel is closed; then the handler fails. */
    private <A> boolean claim(HalfChannel half, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        int now = state;
        if (now == CLOSED) {
            reject(attachment, handler);
            return false;
        }
        if (now != CONNECTED) {
            throw new NotYetConnectedException();
        }
        if (!half.claim()) {
            throw half == readHalf ? new ReadPendingException() : new WritePendingException();
        }
        return true;
    }

    /** Calls {@code failed} because the channel is closed; by contract the call itself does not throw. */
    private <V, A> void reject(A attachment, CompletionHandler<V, ? super A> handler) {
        offer(() -> eventLoop().handlers().failed(untyped(handler), new ClosedChannelException(), attachment));
    }

    private void offer(Runnable task) {
        if (!eventLoop().offer(task)) {
            throw new ShutdownChannelGroupException();
        }
    }

    @Override
    public final void close() {
        startClosing();
    }

    @Override
    public final void startClosing() {
        if (STATE.getAndSet(this, CLOSED) != CLOSED) {
            eventLoop().release(this);
        }
    }

    /** Returns whether the channel is connected and open. From any thread. */
    protected final boolean isConnected() {
        return state == CONNECTED;
    }

    // ---- on the loop's thread only

    @Override
    public void failPending() {
        readHalf.channelClosed();
        writeHalf.channelClosed();
        if (connectOperation != null) {
            eventLoop().defer(connectOperation);
            connectOperation = null;
        }
    }

    /**
     * Records bytes that were received by other means than {@link #receive}.
     *
     * @param count their number
     * @param filled whether more bytes are probably available
     */
    protected final void recordReceived(int count, boolean filled) {
        readHalf.recordReceived(count, filled);
    }

    /**
     * Records that bytes were sent by other means than {@link #send}.
     *
     * @param full whether the send buffer has no more room
     */
    protected final void recordSent(boolean full) {
        writeHalf.recordSent(full);
    }

    /** Waits until the send buffer has room, after {@link #recordSent}; then completes with 0. */
    public final <A> void awaitWritable(A attachment, CompletionHandler<Integer, ? super A> handler) {
        begin(writeHalf, null, attachment, handler);
    }

    /** Returns whether a connect is in progress, so that an event concerns it alone. */
    protected final boolean isConnecting() {
        return connectOperation != null;
    }

    @Override
    public final void ready(int operations) {
        if ((operations & SelectionKey.OP_CONNECT) != 0) {
            connectOperation.run();
            return;
        }
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            writeHalf.ready();
        }
        if ((operations & SelectionKey.OP_READ) != 0 && isOpen()) {
            readHalf.ready();
        }
    }

    final void connected() {
        connectOperation = null;
        withdraw(SelectionKey.OP_CONNECT);
        STATE.compareAndSet(this, CONNECTING, CONNECTED);
    }

    final void connectFailed() {
        connectOperation = null;
        startClosing();
    }
}
