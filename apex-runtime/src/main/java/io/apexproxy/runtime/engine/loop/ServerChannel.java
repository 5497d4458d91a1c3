package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening channel of a loop. A subclass has the socket and its events.
 *
 * <p>The methods for subclasses are called on the loop's thread unless they say otherwise.
 */
public abstract class ServerChannel extends LoopServerSocketChannel implements LoopHandle {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /**
     * Longest time that {@link #close} waits for the turn in which the socket is closed. It expires only if the loop is
     * blocked.
     */
    private static final long LONGEST_CLOSE_MILLIS = 1_000;

    private final EventLoop loop;
    private final AcceptOperation acceptOperation;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch freed = new CountDownLatch(1);
    private volatile boolean bound;
    private volatile Runnable beforeClose = () -> {};
    /** The loop's thread only. */
    private boolean armed;

    /**
     * Creates a channel. Its group registers it.
     *
     * @param group the group of the channel
     * @param inherited whether the process has inherited the socket, which listens and is never closed
     */
    protected ServerChannel(LoopGroup group, boolean inherited) {
        super(group.provider());
        this.loop = group.loop();
        this.bound = inherited;
        this.acceptOperation = new AcceptOperation(this, group, inherited);
    }

    /** Binds the socket and starts to listen. From any thread. */
    protected abstract void listen(SocketAddress local, int backlog) throws IOException;

    /** Accepts a connection; null if none is queued, because an {@code Optional} would be an allocation each time. */
    protected abstract StreamChannel acceptSocket() throws IOException;

    /** Requests {@link #ready} while connections are queued. */
    protected abstract void awaitConnection();

    /** Stops the events that {@link #awaitConnection} requested. */
    protected abstract void withdraw();

    /** Closes the socket, unless it is inherited. */
    protected abstract void free() throws IOException;

    @Override
    public final boolean isOpen() {
        return !closed.get();
    }

    @Override
    public final AsynchronousServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        requireOpen();
        listen(local, backlog);
        bound = true;
        return this;
    }

    /** Throws if the channel is closed. From any thread. */
    protected final void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public final <A> void accept(A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
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
    public final void close() {
        startClosing();
        if (!loop.inLoop()) {
            awaitFreed();
        }
    }

    @Override
    public final <A> void closeAfterAccepting(A attachment,
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
    public final void startClosing() {
        if (closed.compareAndSet(false, true)) {
            loop.release(this);
        }
    }

    // ---- on the loop's thread only

    @Override
    public final void failPending() {
        acceptOperation.channelClosed();
    }

    /** Empties the accept queue directly before the close: a connection that arrives in between is reset. */
    @Override
    public final void closeSocket() {
        if (bound) {
            beforeClose.run();
        }
        try {
            free();
        } catch (IOException failure) {
            LOG.debug("failed to close a listening socket", failure);
        }
        freed.countDown();
    }

    @Override
    public final void ready(int operations) {
        if (!acceptOperation.ready()) {
            armed = false;
            withdraw();
        }
    }

    /** Allows the next accept. */
    void unclaim() {
        claimed.set(false);
    }

    void arm() {
        if (!armed) {
            armed = true;
            awaitConnection();
        }
    }
}
