package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.buffer.Buffer;
import io.apexproxy.runtime.relay.buffer.BufferPool;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Reads from a client until all readers have what they need, under one deadline. On the loop's thread only.
 *
 * <p>While it waits, it holds the bytes so far in an array of their size, and no buffer.
 */
public final class Opening implements Stage {

    private static final CompletionHandler<Integer, Opening> READABLE = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, Opening opening) {
            opening.guarded(opening::receive);
        }

        @Override
        public void failed(Throwable cause, Opening opening) {
            opening.guarded(() -> opening.end(Cause.CLIENT_RESET));
        }
    };

    private static final CompletionHandler<Integer, Opening> READ = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, Opening opening) {
            opening.guarded(() -> opening.received(count));
        }

        @Override
        public void failed(Throwable cause, Opening opening) {
            opening.guarded(() -> {
                opening.release();
                opening.end(Cause.CLIENT_RESET);
            });
        }
    };

    private final Owner owner;
    private final RelayLoop loop;
    private final LoopSocketChannel client;
    private final Queue<FirstBytesReader> readers;
    private final Cause timeoutCause;
    private final long deadline;
    private ByteBuffer seen = ByteBuffer.allocate(0);
    private Buffer buffer;
    private boolean ended;

    /** Receives the result of an opening. */
    public interface Owner {

        /**
         * All readers are done.
         *
         * @param readAhead bytes that were read and not consumed
         */
        void opened(ByteBuffer readAhead);

        /** The connection is refused, or the client has left; its channel is closed. */
        void openingEnded(Cause cause);

        /** An exception that is not expected; the opening ends with it. */
        void defectFound(Throwable defect);
    }

    /**
     * Creates an opening; {@link #begin} starts to read.
     *
     * @param owner receives the result
     * @param loop of the channel
     * @param client what to read from
     * @param readers in the order in which they read
     * @param timeoutNanos for all of them together, in nanoseconds
     * @param timeoutCause the cause of a connection that takes longer
     */
    public Opening(Owner owner, RelayLoop loop, LoopSocketChannel client, List<FirstBytesReader> readers,
            long timeoutNanos, Cause timeoutCause) {
        this.owner = owner;
        this.loop = loop;
        this.client = client;
        this.readers = new ArrayDeque<>(readers);
        this.timeoutCause = timeoutCause;
        this.deadline = loop.now() + timeoutNanos;
    }

    /** Starts to read. */
    public void begin() {
        client.awaitReadable(this, READABLE);
    }

    private void receive() {
        if (!ended) {
            buffer = loop.buffers().lend(BufferPool.FIRST_SIZE);
            client.read(buffer.bytes(), this, READ);
        }
    }

    private void received(int count) {
        if (ended) {
            release();
            return;
        }
        if (count < 0) {
            release();
            end(Cause.CLIENT_CLOSED);
            return;
        }
        ByteBuffer next = buffer.bytes().flip();
        seen = ByteBuffer.allocate(seen.remaining() + next.remaining()).put(seen).put(next).flip();
        release();
        read();
    }

    private void read() {
        while (!readers.isEmpty()) {
            FirstBytesReader.Result result = readers.element().read(seen);
            if (result instanceof FirstBytesReader.Refused refused) {
                end(refused.cause());
                return;
            }
            if (result instanceof FirstBytesReader.Done done) {
                seen.position(seen.position() + done.consumed());
                readers.remove();
            } else if (seen.remaining() >= FirstBytesReader.MOST_BYTES) {
                throw new IllegalStateException(readers.element() + " wants more than "
                        + FirstBytesReader.MOST_BYTES + " bytes");
            } else {
                begin();
                return;
            }
        }
        ended = true;
        owner.opened(seen);
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) { // must not reach the loop, which knows no session
            release();
            owner.defectFound(e);
            end(Cause.INTERNAL_ERROR);
        }
    }

    private void release() {
        if (buffer != null) {
            loop.buffers().giveBack(buffer);
            buffer = null;
        }
    }

    private void end(Cause cause) {
        if (!ended) {
            ended = true;
            client.close();
            owner.openingEnded(cause);
        }
    }

    @Override
    public long expire(long now) {
        if (now >= deadline) {
            end(timeoutCause);
        }
        return deadline;
    }

    @Override
    public long due() {
        return deadline;
    }

    @Override
    public void abort(Cause cause) {
        end(cause);
    }
}
