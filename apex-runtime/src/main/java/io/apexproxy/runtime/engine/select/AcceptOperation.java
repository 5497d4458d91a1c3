package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;

/** The accepts of a listening channel, one at a time. On the loop's thread only. */
final class AcceptOperation {

    /**
     * Connections accepted in one readiness. The start of a connection costs tens of microseconds, so a burst of new
     * connections delays the present ones by about a millisecond a turn.
     */
    private static final int BURST = 16;

    /**
     * Connections accepted at most when the channel closes. Twice the usual length of the queue (net.core.somaxconn is
     * 4096): clients that connect faster than the queue is emptied do not keep the channel open.
     */
    private static final int MOST_QUEUED = 8192;

    private final SelectedServerSocketChannel channel;
    private final LoopGroup group;
    private final EventLoop loop;
    private final ServerSocketChannel socket;
    private final boolean unixDomain;
    private CompletionHandler<AsynchronousSocketChannel, Object> handler;
    private Object attachment;

    AcceptOperation(SelectedServerSocketChannel channel, LoopGroup group, ServerSocketChannel socket,
            boolean unixDomain) {
        this.channel = channel;
        this.group = group;
        this.loop = group.loop();
        this.socket = socket;
        this.unixDomain = unixDomain;
    }

    void begin(Object newAttachment, CompletionHandler<AsynchronousSocketChannel, Object> newHandler) {
        attachment = newAttachment;
        handler = newHandler;
        if (channel.isOpen()) {
            channel.arm();
        } else {
            channelClosed();
        }
    }

    /** The channel is closed: a pending accept fails, but not within the call that closes. */
    void channelClosed() {
        if (handler != null) {
            loop.defer(this::failClosed);
        }
    }

    private void failClosed() {
        if (handler != null) {
            fail(new AsynchronousCloseException());
        }
    }

    /**
     * The selector found connections in the queue. A handler that accepts again while it is called is served from the
     * same burst.
     *
     * @return false if no accept is pending
     */
    boolean ready() {
        if (handler == null) {
            return false;
        }
        for (int left = BURST; left > 0 && handler != null && channel.isOpen(); left--) {
            AsynchronousSocketChannel accepted;
            try {
                accepted = next();
            } catch (Throwable failure) { // also an Error: the listening channel must stay open
                fail(failure);
                return true;
            }
            if (accepted == null) {
                return true;
            }
            Object completedAttachment = attachment;
            loop.handlers().completed(release(), accepted, completedAttachment);
            loop.nextEvent();
        }
        return true;
    }

    /** Accepts a connection; null if none is queued, as an {@code Optional} would be garbage of each connection. */
    AsynchronousSocketChannel next() throws IOException {
        SocketChannel connection = socket.accept();
        if (connection == null) {
            return null;
        }
        try {
            return group.adopt(connection, unixDomain, true);
        } catch (ShutdownChannelGroupException shutdown) {
            throw new IOException("the channel group is shut down", shutdown);
        }
    }

    /**
     * Accepts what the kernel still has queued when the channel closes, and passes it to the handler, which fails once
     * if the queue cannot be emptied.
     */
    void acceptQueued(CompletionHandler<AsynchronousSocketChannel, Object> queueHandler, Object queueAttachment) {
        try {
            for (int left = MOST_QUEUED; left > 0; left--) {
                AsynchronousSocketChannel accepted = next();
                if (accepted == null) {
                    return;
                }
                loop.handlers().completed(queueHandler, accepted, queueAttachment);
            }
            loop.handlers().failed(queueHandler, new IOException("more than " + MOST_QUEUED
                    + " connections were queued"), queueAttachment);
        } catch (Throwable failure) {
            loop.handlers().failed(queueHandler, failure, queueAttachment);
        }
    }

    private void fail(Throwable cause) {
        Object failedAttachment = attachment;
        loop.handlers().failed(release(), cause, failedAttachment);
    }

    private CompletionHandler<AsynchronousSocketChannel, Object> release() {
        CompletionHandler<AsynchronousSocketChannel, Object> released = handler;
        handler = null;
        attachment = null;
        channel.unclaim();
        return released;
    }
}
