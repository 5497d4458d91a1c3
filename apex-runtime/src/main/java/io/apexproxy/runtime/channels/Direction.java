package io.apexproxy.runtime.channels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One direction of a connected channel, with room for one operation at a time.
 *
 * <p>Whoever begins an operation claims the direction first, on any thread; all else happens on the loop's. The
 * direction is its own {@code Runnable}, an attempt that was put off, so that putting off allocates nothing. An attempt
 * that comes when the operation has already completed does nothing; one that meets the next operation is merely early.
 */
abstract class Direction implements Runnable {
    static final int MUST_WAIT = -2;

    private static final AtomicIntegerFieldUpdater<Direction> CLAIMED =
            AtomicIntegerFieldUpdater.newUpdater(Direction.class, "claimed");

    final SelectedSocketChannel channel;
    private final EventLoop loop;

    /** 1 from the claim until just before the handler is called, so that the handler can begin the next operation. */
    private volatile int claimed;
    private ByteBuffer buffer;
    private Object attachment;
    private CompletionHandler<Integer, Object> handler;

    Direction(SelectedSocketChannel channel, EventLoop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Moves bytes; returns what the operation completes with, or {@link #MUST_WAIT}. */
    abstract int transfer(ByteBuffer buffer) throws IOException;

    /** Returns whether a transfer should be tried before waiting for readiness. */
    abstract boolean promising(ByteBuffer buffer);

    /** Arms the interest. */
    abstract void awaitReadiness();

    /** Withdraws the interest: the channel is ready and nobody asked. */
    abstract void unwanted();

    /**
     * Reserves the direction for one operation. From any thread.
     *
     * @return false if there is an operation already
     */
    final boolean claim() {
        return CLAIMED.compareAndSet(this, 0, 1);
    }

    /**
     * Begins the operation that was claimed.
     *
     * @param newBuffer null: to wait for readiness and nothing else
     */
    final void begin(ByteBuffer newBuffer, Object newAttachment, CompletionHandler<Integer, Object> newHandler) {
        buffer = newBuffer;
        attachment = newAttachment;
        handler = newHandler;
        if (!channel.isOpen()) {
            loop.soon(this);
        } else if (!promising(newBuffer)) {
            awaitReadiness();
        } else if (loop.mayNest()) {
            attempt();
        } else {
            loop.soon(this);
        }
    }

    /** The selector found the channel ready for this direction. */
    void ready() {
        if (handler == null) {
            unwanted();
        } else {
            attempt();
        }
    }

    /** The channel is closed: what is pending fails, but not within the call that closes. */
    final void channelClosed() {
        if (handler != null) {
            loop.soon(this);
        }
    }

    @Override
    public final void run() {
        if (handler == null) {
            return;
        }
        if (channel.isOpen()) {
            attempt();
        } else {
            fail(new AsynchronousCloseException());
        }
    }

    private void attempt() {
        int moved;
        try {
            moved = transfer(buffer);
        } catch (Throwable failure) {
            fail(failure);
            return;
        }
        if (moved == MUST_WAIT) {
            awaitReadiness();
        } else {
            Object completedAttachment = attachment;
            loop.completed(release(), moved, completedAttachment);
        }
    }

    private void fail(Throwable cause) {
        Object failedAttachment = attachment;
        loop.failed(release(), cause, failedAttachment);
    }

    private CompletionHandler<Integer, Object> release() {
        CompletionHandler<Integer, Object> released = handler;
        handler = null;
        attachment = null;
        buffer = null;
        CLAIMED.lazySet(this, 0);
        return released;
    }
}
