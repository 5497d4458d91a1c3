package io.apexproxy.runtime.engine.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;

/** One direction of a connected channel, with at most one operation at a time. */
abstract class PendingTransfer {

    /** Returned by {@link #transfer} if no byte can be transferred now. */
    static final int MUST_WAIT = -2;

    final SimulatedSocketChannel channel;
    final SimulatedLoop loop;
    private boolean claimed;
    private ByteBuffer buffer;
    private Object attachment;
    private CompletionHandler<Integer, Object> handler;
    /** The number of operations begun; a deferred attempt of an earlier operation does nothing. */
    private long operation;
    private boolean deferred;

    PendingTransfer(SimulatedSocketChannel channel, SimulatedLoop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Transfers bytes; returns the result of the operation, or {@link #MUST_WAIT}. */
    abstract int transfer(ByteBuffer buffer) throws IOException;

    /** Returns whether the operation waits for readiness before the first attempt. */
    abstract boolean waitsFirst(ByteBuffer buffer);

    /** Returns whether the socket is ready for this direction. */
    abstract boolean isSocketReady();

    /** Claims the direction for one operation; returns false if an operation is pending. */
    boolean claim() {
        if (claimed) {
            return false;
        }
        claimed = true;
        return true;
    }

    /**
     * Begins an operation on the loop's thread, after a successful {@link #claim}. Without a buffer, it waits for
     * readiness.
     */
    void begin(ByteBuffer newBuffer, Object newAttachment, CompletionHandler<Integer, Object> newHandler) {
        buffer = newBuffer;
        attachment = newAttachment;
        handler = newHandler;
        operation++;
        if (!channel.isOpen()) {
            defer();
        } else if (waitsFirst(newBuffer)) {
            loop.markReady(channel);
        } else if (loop.handlers().nests()) {
            attempt();
        } else {
            defer();
        }
    }

    private void defer() {
        long current = operation;
        deferred = true;
        loop.defer(() -> {
            if (current == operation && handler != null) {
                deferred = false;
                resume();
            }
        });
    }

    private void resume() {
        if (channel.isOpen()) {
            attempt();
        } else {
            fail(new AsynchronousCloseException());
        }
    }

    /** Returns whether an operation is pending and the socket is ready for it. */
    boolean isReady() {
        return handler != null && !deferred && isSocketReady();
    }

    /** Attempts the pending operation if the socket is ready. */
    void dispatch() {
        if (isReady()) {
            attempt();
        }
    }

    /** Fails the pending operation of the closed channel, after this call has returned. */
    void channelClosed() {
        if (handler != null && !deferred) {
            defer();
        }
    }

    /** Cancels an operation that only waits for readiness; returns whether no operation is pending now. */
    boolean cancelAwait() {
        if (handler != null && buffer == null) {
            release();
        }
        return handler == null;
    }

    private void attempt() {
        int moved;
        try {
            loop.process().simulation().systemCall();
            moved = transfer(buffer);
        } catch (IOException failure) {
            fail(failure);
            return;
        }
        if (moved == MUST_WAIT) {
            loop.markReady(channel);
        } else {
            Object completed = attachment;
            loop.handlers().completed(release(), moved, completed);
        }
    }

    private void fail(Throwable cause) {
        Object failed = attachment;
        loop.handlers().failed(release(), cause, failed);
    }

    private CompletionHandler<Integer, Object> release() {
        CompletionHandler<Integer, Object> released = handler;
        handler = null;
        attachment = null;
        buffer = null;
        claimed = false;
        deferred = false;
        return released;
    }
}
