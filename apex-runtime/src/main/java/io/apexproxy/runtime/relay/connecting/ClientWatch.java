package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.buffer.Buffer;
import io.apexproxy.runtime.relay.buffer.BufferPool;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;

/**
 * Notices that a client leaves while its backend is being connected. On the loop's thread only.
 *
 * <p>Only a read tells a reset from bytes. So what the client sends meanwhile is read, up to {@link #MOST_BYTES}, and
 * is the first content of the tunnel. A reset behind more bytes than that is noticed by the tunnel. A FIN is left to
 * the tunnel too, which finds it again, unless it is to count as leaving.
 */
public final class ClientWatch {

    /** One buffer of the first size. It is kept in an array of the size that is needed. */
    static final int MOST_BYTES = BufferPool.bytes(BufferPool.FIRST_SIZE);

    private static final CompletionHandler<Integer, ClientWatch> READABLE = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, ClientWatch watch) {
            watch.connecting.guarded(watch::readable);
        }

        @Override
        public void failed(Throwable cause, ClientWatch watch) {
            watch.connecting.guarded(watch::left);
        }
    };

    private static final CompletionHandler<Integer, ClientWatch> READ = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, ClientWatch watch) {
            watch.connecting.guarded(() -> watch.received(count));
        }

        @Override
        public void failed(Throwable cause, ClientWatch watch) {
            watch.connecting.guarded(watch::left);
        }
    };

    private final Connecting connecting;
    private final RelayLoop loop;
    private final LoopSocketChannel client;
    private final boolean endIsLeaving;
    private ByteBuffer early;
    /** Null unless a read is pending. */
    private Buffer buffer;
    private boolean stopped;

    /**
     * Creates a watch; {@link #begin} starts it.
     *
     * @param connecting learns that the client has left
     * @param loop of the client
     * @param client what to watch
     * @param early what was read from the client before
     * @param endIsLeaving whether a client that half-closes its connection has left
     */
    public ClientWatch(Connecting connecting, RelayLoop loop, LoopSocketChannel client, ByteBuffer early,
            boolean endIsLeaving) {
        this.connecting = connecting;
        this.loop = loop;
        this.client = client;
        this.early = early;
        this.endIsLeaving = endIsLeaving;
    }

    /** Waits for something from the client, without a buffer. Does nothing if enough was read before. */
    void begin() {
        if (early.remaining() < MOST_BYTES) {
            client.awaitReadable(this, READABLE);
        }
    }

    private void readable() {
        if (!stopped && !loop.buffers().isMemoryExhausted()) {
            buffer = loop.buffers().lend(BufferPool.FIRST_SIZE);
            buffer.bytes().limit(MOST_BYTES - early.remaining());
            client.read(buffer.bytes(), this, READ);
        }
    }

    private void received(int count) {
        if (count > 0) {
            keep(buffer.bytes().flip());
        }
        release();
        if (stopped) {
            connecting.handOver();
        } else if (count > 0) {
            begin();
        } else if (endIsLeaving) {
            connecting.clientLeft();
        }
    }

    /** Appends bytes; the capacity is doubled, as a client may send one byte at a time. */
    private void keep(ByteBuffer bytes) {
        int needed = early.remaining() + bytes.remaining();
        if (early.capacity() - early.limit() < bytes.remaining()) {
            int capacity = early.hasRemaining() ? Math.max(needed, 2 * early.remaining()) : needed;
            early = ByteBuffer.allocate(capacity).put(early).flip();
        }
        early.mark().position(early.limit()).limit(early.limit() + bytes.remaining());
        early.put(bytes).reset();
    }

    private void left() {
        release();
        connecting.clientLeft();
    }

    private void release() {
        if (buffer != null) {
            loop.buffers().giveBack(buffer);
            buffer = null;
        }
    }

    /**
     * Ends the watch, so that the client's channel can be read by another stage.
     *
     * @return false if a read is pending: then {@link Connecting#handOver} or {@link Connecting#clientLeft} follows
     */
    boolean stop() {
        stopped = true;
        return client.cancelAwait();
    }

    /** Returns what was read from the client; never more than {@link #MOST_BYTES}, or what there was before. */
    ByteBuffer early() {
        return early;
    }
}
