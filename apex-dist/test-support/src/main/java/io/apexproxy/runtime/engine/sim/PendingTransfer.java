package io.apexproxy.runtime.engine.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CompletionHandler;

/** One direction of a connected channel, with at most one operation at a time. */
abstract class PendingTransfer {

    /** What {@link #transfer} returns when nothing can move now. */
    static final int MUST_WAIT = -2;

    final SimulatedSocketChannel channel;
    final SimulatedLoop loop;
    private boolean claimed;
    private ByteBuffer buffer;
    private Object attachment;
    private CompletionHandler<Integer, Object> handler;
    /** Counts operations: a deferred attempt of an earlier one does nothing. */
    private long operation;
    private boolean deferred;

    PendingTransfer(SimulatedSocketChannel channel, SimulatedLoop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Moves bytes; returns what the operation completes with, or {@link #MUST_WAIT}. */
    abstract int transfer(ByteBuffer buffer) throws IOException;

    /** Returns whether the operation waits for the socket rather than being tried at once. */
    abstract boolean waitsFirst(ByteBuffer buffer);

    /** Returns whether the socket is ready for this direction. */
    abstract boolean isSocketReady();

    /** Reserves the direction for one operation; returns false if there is one already. */
    boolean claim() {
        if (claimed) {
            return false;
        }
        claimed = true;
        return true;
    }

    /**
     * Begins the operation that was claimed, on the loop's thread.
     *
     * @param newBuffer null: to wait for readiness and nothing else
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

    /** Returns whether an operation waits for the socket, which is ready. */
    boolean isReady() {
        return handler != null && !deferred && isSocketReady();
    }

    /** The socket may be ready. */
    void dispatch() {
        if (isReady()) {
            attempt();
        }
    }

    /** The channel was closed: the pending operation fails, but not within the call that closed. */
    void channelClosed() {
        if (handler != null && !deferred) {
            defer();
        }
    }

    /** Withdraws an operation that only waits for readiness; returns whether none is pending now. */
    boolean cancelAwait() {
        if (handler != null && buffer == null) {
            release();
        }
        return handler == null;
    }

    private void attempt() {
        int moved;
        try {
            loop.simulation().systemCall();
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
