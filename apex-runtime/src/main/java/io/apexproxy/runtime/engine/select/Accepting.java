package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;

/** The accepts of a listening channel, one at a time. On the loop's thread only. */
final class Accepting {

    /**
     * Connections accepted in one readiness. The start of a connection costs tens of microseconds, so a burst of new
     * connections delays the present ones by about a millisecond a turn.
     */
    private static final int BURST = 16;

    private final SelectedServerSocketChannel channel;
    private final LoopGroup group;
    private final EventLoop loop;
    private final ServerSocketChannel socket;
    private CompletionHandler<AsynchronousSocketChannel, Object> handler;
    private Object attachment;

    Accepting(SelectedServerSocketChannel channel, LoopGroup group, ServerSocketChannel socket) {
        this.channel = channel;
        this.group = group;
        this.loop = group.loop();
        this.socket = socket;
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
            loop.completed(release(), accepted, completedAttachment);
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
            return SelectedSocketChannel.accepted(group, connection);
        } catch (ShutdownChannelGroupException shutdown) {
            throw new IOException("the channel group is shut down", shutdown);
        }
    }

    private void fail(Throwable cause) {
        Object failedAttachment = attachment;
        loop.failed(release(), cause, failedAttachment);
    }

    private CompletionHandler<AsynchronousSocketChannel, Object> release() {
        CompletionHandler<AsynchronousSocketChannel, Object> released = handler;
        handler = null;
        attachment = null;
        channel.unclaim();
        return released;
    }

    EventLoop loop() {
        return loop;
    }
}
