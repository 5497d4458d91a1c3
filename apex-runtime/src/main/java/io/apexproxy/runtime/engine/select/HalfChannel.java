package io.apexproxy.runtime.engine.select;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;

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

    private static final VarHandle CLAIMED;

    static {
        try {
            CLAIMED = MethodHandles.lookup().findVarHandle(HalfChannel.class, "claimed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final SelectedSocketChannel channel;

    /** True from the claim until just before the handler is called, so that the handler can begin the next one. */
    private volatile boolean claimed;
    private boolean queued;
    private ByteBuffer buffer;
    private Object attachment;
    private CompletionHandler<Integer, Object> handler;

    HalfChannel(SelectedSocketChannel channel) {
        this.channel = channel;
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
        return CLAIMED.compareAndSet(this, false, true);
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
            channel.eventLoop().defer(this);
        } else if (!tryFirst(newBuffer)) {
            awaitReadiness();
        } else if (channel.eventLoop().handlers().mayNest()) {
            attempt();
        } else {
            channel.eventLoop().defer(this);
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
            channel.eventLoop().enqueueBulk(this);
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
            channel.eventLoop().defer(this);
        }
    }

    /** Withdraws an operation that only waits for readiness; returns whether none is pending now. */
    final boolean cancelAwait() {
        if (handler != null && buffer == null) {
            release();
        }
        return handler == null;
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
            channel.eventLoop().handlers().completed(release(), moved, completedAttachment);
        }
    }

    private void fail(Throwable cause) {
        Object failedAttachment = attachment;
        channel.eventLoop().handlers().failed(release(), cause, failedAttachment);
    }

    private CompletionHandler<Integer, Object> release() {
        CompletionHandler<Integer, Object> released = handler;
        handler = null;
        attachment = null;
        buffer = null;
        CLAIMED.setRelease(this, false);
        return released;
    }
}
