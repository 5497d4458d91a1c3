package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening channel that is registered with a selector. */
final class SelectedServerSocketChannel extends LoopServerSocketChannel implements LoopHandle {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /**
     * Longest time that {@link #close} waits for the turn in which the socket is closed. It expires only if the loop is
     * blocked.
     */
    private static final long LONGEST_CLOSE_MILLIS = 1_000;

    private final EventLoop loop;
    private final ServerSocketChannel socket;
    private final boolean inherited;
    private final AcceptOperation acceptOperation;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch freed = new CountDownLatch(1);
    private volatile boolean bound;
    private volatile Runnable beforeClose = () -> {};
    private SelectionKey key;
    /** The loop's thread only. */
    private boolean armed;

    private SelectedServerSocketChannel(LoopGroup group, ServerSocketChannel socket, boolean unixDomain,
            boolean inherited) {
        super(group.provider());
        this.loop = group.loop();
        this.socket = socket;
        this.inherited = inherited;
        this.bound = inherited;
        this.acceptOperation = new AcceptOperation(this, group, socket, unixDomain, inherited);
    }

    /** Makes a socket a channel of the group; closes the socket on failure. */
    static SelectedServerSocketChannel open(LoopGroup group, ServerSocketChannel socket, boolean unixDomain)
            throws IOException {
        try {
            var channel = new SelectedServerSocketChannel(group, socket, unixDomain, false);
            group.admit(channel, socket);
            return channel;
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
    }

    /** Makes an inherited socket a channel of the group, which never closes it. */
    static SelectedServerSocketChannel inherit(LoopGroup group, ServerSocketChannel socket) throws IOException {
        if (socket.keyFor(group.loop().selector()) != null) { // a second registration would replace the first one
            throw new IOException("the event loop has not released the inherited socket yet");
        }
        boolean unixDomain = socket.getLocalAddress() instanceof UnixDomainSocketAddress;
        var channel = new SelectedServerSocketChannel(group, socket, unixDomain, true);
        group.admit(channel, socket);
        return channel;
    }

    @Override
    public void registered(SelectionKey registered) {
        key = registered;
    }

    @Override
    public SelectionKey key() {
        return key;
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public AsynchronousServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        requireOpen();
        socket.bind(local, backlog);
        bound = true;
        return this;
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        socket.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        return socket.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return socket.getLocalAddress();
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public <A> void accept(A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        if (!isOpen()) {
            offer(() -> loop.handlers().failed(LoopSocketChannel.untyped(handler), new ClosedChannelException(),
                    attachment));
            return;
        }
        if (!bound) {
            throw new NotYetBoundException();
        }
        if (!claimed.compareAndSet(false, true)) {
            throw new AcceptPendingException();
        }
        if (loop.inLoop()) {
            acceptOperation.begin(attachment, LoopSocketChannel.untyped(handler));
        } else {
            offer(() -> acceptOperation.begin(attachment, LoopSocketChannel.untyped(handler)));
        }
    }

    private void offer(Runnable task) {
        if (!loop.offer(task)) {
            throw new ShutdownChannelGroupException();
        }
    }

    /**
     * Closes the channel; a pending accept fails with {@code AsynchronousCloseException} on the loop. When this method
     * returns, the address can be bound again, unless the caller is the loop or the loop is blocked for a second.
     */
    @Override
    public void close() {
        startClosing();
        if (!loop.inLoop()) {
            awaitFreed();
        }
    }

    @Override
    public <A> void closeAfterAccepting(A attachment,
            CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        CompletionHandler<AsynchronousSocketChannel, Object> queueHandler =
                LoopSocketChannel.untyped(Objects.requireNonNull(handler, "handler"));
        beforeClose = () -> acceptOperation.acceptQueued(queueHandler, attachment);
        close();
    }

    private void awaitFreed() {
        try {
            if (!freed.await(LONGEST_CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("listening socket still open: its loop has been blocked for {} ms", LONGEST_CLOSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void startClosing() {
        if (closed.compareAndSet(false, true)) {
            loop.release(this);
        }
    }

    // ---- on the loop's thread only

    @Override
    public void failPending() {
        acceptOperation.channelClosed();
    }

    /** Empties the accept queue directly before the close: a connection that arrives in between is reset. */
    @Override
    public void closeSocket() {
        if (bound) {
            beforeClose.run();
        }
        try {
            if (!inherited) {
                socket.close();
            }
        } catch (IOException failure) {
            LOG.debug("failed to close a listening socket", failure);
        }
        freed.countDown();
    }

    @Override
    public void ready(int operations) {
        if (!acceptOperation.ready()) {
            armed = false;
            key.interestOps(0);
        }
    }

    /** Allows the next accept. */
    void unclaim() {
        claimed.set(false);
    }

    void arm() {
        if (armed) {
            return;
        }
        armed = true;
        try {
            key.interestOps(SelectionKey.OP_ACCEPT);
        } catch (CancelledKeyException closedBelow) {
            startClosing();
        }
    }
}
