package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One direction of a connected channel, with at most one operation at a time.
 *
 * <p>The thread that begins an operation claims the direction first; everything else happens on the loop's thread. The
 * direction is its own {@code Runnable}, an attempt that was deferred, so that deferring allocates nothing. An attempt
 * that runs after the operation has completed does nothing; one that meets the next operation is merely early.
 *
 * <pre>
 * idle --begin--> attempt --moved bytes--> complete --> idle
 *                    |  ^
 *       must wait    v  | readiness: at once if interactive, from the loop's bulk queue otherwise
 *                  waiting --channel closed--> fail --> idle
 * </pre>
 */
abstract class HalfChannel implements Runnable {
    static final int MUST_WAIT = -2;

    private static final AtomicIntegerFieldUpdater<HalfChannel> CLAIMED =
            AtomicIntegerFieldUpdater.newUpdater(HalfChannel.class, "claimed");

    final SelectedSocketChannel channel;
    final EventLoop loop;

    /** 1 from the claim until just before the handler is called, so that the handler can begin the next operation. */
    private volatile int claimed;
    private boolean queued;
    private ByteBuffer buffer;
    private Object attachment;
    private CompletionHandler<Integer, Object> handler;

    HalfChannel(SelectedSocketChannel channel, EventLoop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Moves bytes; returns what the operation completes with, or {@link #MUST_WAIT}. */
    abstract int transfer(ByteBuffer buffer) throws IOException;

    /** Returns whether a transfer should be tried before waiting for readiness. */
    abstract boolean tryFirst(ByteBuffer buffer);

    /** Returns whether the next transfer will most likely move as much as it can, so that others are served first. */
    abstract boolean isBulk();

    /** Arms the interest. */
    abstract void awaitReadiness();

    /** Withdraws the interest: the channel is ready and no operation is pending. */
    abstract void disarm();

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
            loop.defer(this);
        } else if (!tryFirst(newBuffer)) {
            awaitReadiness();
        } else if (loop.handlers().mayNest()) {
            attempt();
        } else {
            loop.defer(this);
        }
    }

    /** The selector found the channel ready for this direction. */
    void ready() {
        if (handler == null) {
            disarm();
        } else if (!isBulk()) {
            attempt();
        } else if (!queued) {
            queued = true;
            loop.enqueueBulk(this);
        }
    }

    /** Runs the attempt that {@link #ready} queued. */
    final void serveBulk() {
        queued = false;
        run();
    }

    /** The channel is closed: a pending operation fails, but not within the call that closes. */
    final void channelClosed() {
        if (handler != null) {
            loop.defer(this);
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
            loop.handlers().completed(release(), moved, completedAttachment);
        }
    }

    private void fail(Throwable cause) {
        Object failedAttachment = attachment;
        loop.handlers().failed(release(), cause, failedAttachment);
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
