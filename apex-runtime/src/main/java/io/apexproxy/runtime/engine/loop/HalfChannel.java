package io.apexproxy.runtime.engine.loop;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;

/**
 * One direction of a connected channel, with at most one operation at a time.
 *
 * <p>The thread that begins an operation claims the direction first; all other steps run on the loop's thread. This
 * class is also the {@code Runnable} of a deferred attempt, so that deferring allocates nothing. An attempt that runs
 * after its operation has completed does nothing. If the next operation has begun, the attempt serves that operation.
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

    final StreamChannel channel;

    /** True from the claim until just before the handler is called, so that the handler can begin the next one. */
    @SuppressWarnings("UnusedVariable") // read through CLAIMED
    private volatile boolean claimed;
    private boolean queued;
    private ByteBuffer buffer;
    private Object attachment;
    private CompletionHandler<Integer, Object> handler;

    HalfChannel(StreamChannel channel) {
        this.channel = channel;
    }

    /** Transfers bytes; returns the result of the operation, or {@link #MUST_WAIT}. */
    abstract int transfer(ByteBuffer buffer) throws IOException;

    /** Returns whether a transfer should be tried before waiting for readiness. */
    abstract boolean tryFirst(ByteBuffer buffer);

    /** Returns whether the next transfer will most likely fill or empty its buffer, so that it is served last. */
    abstract boolean isBulk();

    /** Requests an event, or queues the transfer if no event might follow. */
    abstract void awaitReadiness();

    /** Stops the events. Called if the channel is ready and no operation is pending. */
    abstract void disarm();

    /** Claims the direction for one operation; returns false if an operation is pending. From any thread. */
    final boolean claim() {
        return CLAIMED.compareAndSet(this, false, true);
    }

    /**
     * Begins an operation, after a successful {@link #claim}.
     *
     * @param newBuffer the buffer; null to wait for readiness only
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

    /** Handles readiness of the channel in this direction. */
    void ready() {
        if (handler == null) {
            disarm();
        } else if (!isBulk()) {
            attempt();
        } else {
            enqueue();
        }
    }

    /** Queues the transfer until the events of this turn are dispatched. */
    final void enqueue() {
        if (!queued) {
            queued = true;
            channel.eventLoop().enqueueBulk(this);
        }
    }

    /** Runs the queued transfer. */
    final void serveBulk() {
        queued = false;
        run();
    }

    /** Returns whether the pending operation waits for readiness only. */
    final boolean isAwaitingRoom() {
        return handler != null && buffer == null;
    }

    /** Fails the pending operation of the closed channel, after this call has returned. */
    final void channelClosed() {
        if (handler != null) {
            channel.eventLoop().defer(this);
        }
    }

    /** Cancels an operation that only waits for readiness; returns whether no operation is pending now. */
    final boolean cancelAwait() {
        if (isAwaitingRoom()) {
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
