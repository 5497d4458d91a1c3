package io.apexproxy.runtime.engine.loop;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accept of a listening channel; at most one is pending. On the loop's thread only. */
final class AcceptOperation {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /**
     * Most connections accepted in one readiness. A session starts in tens of microseconds, so a burst of new
     * connections delays established ones by about a millisecond a turn.
     */
    private static final int BURST = 16;

    /**
     * Most connections accepted when the channel closes, so that clients that connect faster than the queue is emptied
     * do not keep the channel open. Twice the usual limit of the accept queue (net.core.somaxconn is 4096).
     */
    private static final int MOST_QUEUED = 8192;

    private final ServerChannel channel;
    private final LoopGroup group;
    private final EventLoop loop;
    /** Whether the socket stays open, with what its queue still has. */
    private final boolean inherited;
    private CompletionHandler<AsynchronousSocketChannel, Object> handler;
    private Object attachment;

    AcceptOperation(ServerChannel channel, LoopGroup group, boolean inherited) {
        this.channel = channel;
        this.group = group;
        this.loop = group.loop();
        this.inherited = inherited;
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

    /** Fails a pending accept of the closed channel, after this call has returned. */
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
     * Accepts queued connections. If the handler accepts again within its call, the next queued connection completes
     * that accept.
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

    /** Accepts a connection; null if none is queued, because an {@code Optional} would be an allocation each time. */
    AsynchronousSocketChannel next() throws IOException {
        StreamChannel connection = channel.acceptSocket();
        if (connection == null) {
            return null;
        }
        try {
            return group.admit(connection);
        } catch (ShutdownChannelGroupException shutdown) {
            throw new IOException("the channel group is shut down", shutdown);
        }
    }

    /**
     * Accepts the connections that are still queued when the channel closes, and passes them to the handler. Calls
     * {@code failed} once if the queue cannot be emptied, unless the socket stays open.
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
            leave(new IOException("more than " + MOST_QUEUED + " connections were queued"), queueHandler,
                    queueAttachment);
        } catch (Throwable failure) {
            leave(failure, queueHandler, queueAttachment);
        }
    }

    private void leave(Throwable reason, CompletionHandler<AsynchronousSocketChannel, Object> queueHandler,
            Object queueAttachment) {
        if (inherited) {
            LOG.info("connections are left in the queue of the inherited socket: {}", reason.toString());
        } else {
            loop.handlers().failed(queueHandler, reason, queueAttachment);
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
