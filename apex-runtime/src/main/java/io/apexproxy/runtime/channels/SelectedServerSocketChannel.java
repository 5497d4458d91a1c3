package io.apexproxy.runtime.channels;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening channel of an event loop; what it accepts belongs to the same loop. */
final class SelectedServerSocketChannel extends AsynchronousServerSocketChannel implements Selected {
    private static final Logger LOG = LoggerFactory.getLogger("apex.channels");

    /**
     * Connections accepted in one readiness. A connection's start costs tens of microseconds, so that a storm of new
     * ones delays those that are there by about a millisecond a turn.
     */
    private static final int BURST = 16;

    /** A selector frees a listening socket in its own time; close waits for that, but not for a loop that is stuck. */
    private static final long LONGEST_CLOSE_MILLIS = 1_000;

    private final LoopGroup group;
    private final EventLoop loop;
    private final ServerSocketChannel socket;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch freed = new CountDownLatch(1);
    private volatile boolean bound;
    private SelectionKey key;

    // the loop's thread only
    private CompletionHandler<AsynchronousSocketChannel, Object> handler;
    private Object attachment;
    private boolean armed;

    private SelectedServerSocketChannel(LoopGroup group, ServerSocketChannel socket) {
        super(group.provider());
        this.group = group;
        this.loop = group.loop();
        this.socket = socket;
    }

    /** Takes over a socket; closes it if it can't. */
    static SelectedServerSocketChannel open(LoopGroup group, ServerSocketChannel socket) throws IOException {
        try {
            var channel = new SelectedServerSocketChannel(group, socket);
            group.admit(channel, socket);
            return channel;
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
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
    public Future<AsynchronousSocketChannel> accept() {
        throw new UnsupportedOperationException("accept without a handler");
    }

    @Override
    public <A> void accept(A newAttachment, CompletionHandler<AsynchronousSocketChannel, ? super A> newHandler) {
        Objects.requireNonNull(newHandler, "handler");
        if (!isOpen()) {
            offer(() -> loop.failed(untyped(newHandler), new ClosedChannelException(), newAttachment));
            return;
        }
        if (!bound) {
            throw new NotYetBoundException();
        }
        if (!claimed.compareAndSet(false, true)) {
            throw new AcceptPendingException();
        }
        if (loop.inLoop()) {
            begin(newAttachment, untyped(newHandler));
        } else {
            offer(() -> begin(newAttachment, untyped(newHandler)));
        }
    }

    private void offer(Runnable task) {
        if (!loop.offer(task)) {
            throw new ShutdownChannelGroupException();
        }
    }

    @SuppressWarnings("unchecked") // the attachment goes back to the handler that it came with
    private static CompletionHandler<AsynchronousSocketChannel, Object> untyped(
            CompletionHandler<AsynchronousSocketChannel, ?> handler) {
        return (CompletionHandler<AsynchronousSocketChannel, Object>) handler;
    }

    /**
     * Closes; what is pending fails with {@code AsynchronousCloseException} on the loop. When this returns, the address
     * can be bound again, unless the caller is the loop itself or the loop is stuck for a second.
     */
    @Override
    public void close() {
        startClosing();
        if (!loop.inLoop()) {
            awaitFreed();
        }
    }

    private void awaitFreed() {
        try {
            if (!freed.await(LONGEST_CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("A listening socket is not freed yet: its loop is busy for {} ms", LONGEST_CLOSE_MILLIS);
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

    // ---- what follows is for the loop's thread only

    @Override
    public void failPending() {
        if (handler != null) {
            loop.soon(this::failClosed);
        }
    }

    @Override
    public void closeSocket() {
        try {
            socket.close();
        } catch (IOException failure) {
            LOG.debug("A listening socket did not close cleanly", failure);
        }
        freed.countDown();
    }

    private void begin(Object newAttachment, CompletionHandler<AsynchronousSocketChannel, Object> newHandler) {
        attachment = newAttachment;
        handler = newHandler;
        if (isOpen()) {
            arm();
        } else {
            loop.soon(this::failClosed);
        }
    }

    private void failClosed() {
        if (handler != null) {
            fail(new AsynchronousCloseException());
        }
    }

    /** A handler that asks for the next connection while it is called is served from the same burst. */
    @Override
    public void ready(int operations) {
        if (handler == null) {
            disarm();
            return;
        }
        for (int left = BURST; left > 0 && handler != null && isOpen(); left--) {
            if (!acceptOne()) {
                return;
            }
        }
    }

    private boolean acceptOne() {
        AsynchronousSocketChannel accepted;
        try {
            SocketChannel connection = socket.accept();
            if (connection == null) {
                return false;
            }
            accepted = SelectedSocketChannel.accepted(group, connection);
        } catch (ShutdownChannelGroupException shutdown) {
            fail(new IOException("the channel group is shut down", shutdown));
            return false;
        } catch (IOException | RuntimeException failure) {
            fail(failure);
            return false;
        }
        Object completedAttachment = attachment;
        loop.completed(release(handler), accepted, completedAttachment);
        return true;
    }

    private void fail(Exception cause) {
        Object failedAttachment = attachment;
        loop.failed(release(handler), cause, failedAttachment);
    }

    private CompletionHandler<AsynchronousSocketChannel, Object> release(
            CompletionHandler<AsynchronousSocketChannel, Object> pending) {
        handler = null;
        attachment = null;
        claimed.set(false);
        return pending;
    }

    private void arm() {
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

    private void disarm() {
        armed = false;
        key.interestOps(0);
    }
}
