package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.tls.TlsChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;

/**
 * The detection of a client that disconnects during a connect to a backend, or during the wait for one. On the loop's
 * thread only.
 *
 * <p>Only a read distinguishes a reset from bytes. So the watch reads up to {@link #MAX_BYTES} from the client, which
 * become the first bytes of the tunnel. The tunnel detects a reset after more bytes. A FIN is left to the tunnel, which
 * reads it again, unless {@code abort_on_close} is set.
 *
 * <p>During a wait it reads at most {@link #MAX_WAITING_BYTES} in addition to the bytes of earlier stages, because many
 * clients can wait. From a client with TLS it reads as much as during a connect, because the channel would keep the
 * rest of a record in a buffer of the loop.
 */
public final class ClientWatch {

    /** The size of the read buffer. The bytes are stored in an array that is only as large as needed. */
    static final int MAX_BYTES = BufferPool.bytes(BufferPool.FIRST_SIZE);

    /** Enough for the first message of most protocols, including a ClientHello with a post-quantum key share. */
    static final int MAX_WAITING_BYTES = 2 * 1024;

    private static final CompletionHandler<Integer, ClientWatch> READABLE = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, ClientWatch watch) {
            watch.connecting.runGuarded(watch::read);
        }

        @Override
        public void failed(Throwable cause, ClientWatch watch) {
            watch.connecting.runGuarded(watch::readFailed);
        }
    };

    private static final CompletionHandler<Integer, ClientWatch> READ = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, ClientWatch watch) {
            watch.connecting.runGuarded(() -> watch.received(count));
        }

        @Override
        public void failed(Throwable cause, ClientWatch watch) {
            watch.connecting.runGuarded(watch::readFailed);
        }
    };

    private final Connecting connecting;
    private final RelayLoop loop;
    private final LoopSocketChannel client;
    private final boolean abortOnClose;
    private final int maxWaitingBytes;
    private ByteBuffer readAhead;
    private int maxBytes = MAX_BYTES;
    /** Whether the client is awaited or read. */
    private boolean isActive;
    private boolean isAtEnd;
    /** Null unless a read is pending. */
    private Buffer buffer;
    private boolean stopped;

    /**
     * Creates a watch; {@link #begin} starts it.
     *
     * @param connecting the stage that ends when the client disconnects
     * @param loop the client's loop
     * @param client the channel to watch
     * @param readAhead bytes that an earlier stage has read from the client
     * @param abortOnClose whether a half-close counts as a disconnect
     */
    public ClientWatch(Connecting connecting, RelayLoop loop, LoopSocketChannel client, ByteBuffer readAhead,
            boolean abortOnClose) {
        this.connecting = connecting;
        this.loop = loop;
        this.client = client;
        this.readAhead = readAhead;
        this.abortOnClose = abortOnClose;
        this.maxWaitingBytes = client instanceof TlsChannel ? MAX_BYTES
                : Math.min(MAX_BYTES, readAhead.remaining() + MAX_WAITING_BYTES);
    }

    /** Starts the watch. The client waits in a queue, or a connect is in progress. */
    void begin(boolean isWaiting) {
        change(isWaiting);
    }

    /** Continues the watch after a wait has begun or ended. */
    void change(boolean isWaiting) {
        maxBytes = isWaiting ? maxWaitingBytes : MAX_BYTES;
        if (!isActive && !isAtEnd && !stopped) {
            await();
        }
    }

    /** Waits until the client is readable, without a buffer. Does nothing if enough bytes were read. */
    private void await() {
        isActive = readAhead.remaining() < maxBytes;
        if (isActive) {
            client.awaitReadable(this, READABLE);
        }
    }

    private void read() {
        isActive = !stopped && readAhead.remaining() < maxBytes && !loop.buffers().isMemoryExhausted();
        if (isActive) {
            buffer = loop.buffers().lend(BufferPool.FIRST_SIZE);
            buffer.bytes().limit(maxBytes - readAhead.remaining());
            client.read(buffer.bytes(), this, READ);
        }
    }

    private void received(int count) {
        if (count > 0) {
            append(buffer.bytes().flip());
        }
        release();
        isActive = false;
        isAtEnd = count < 0;
        if (stopped) {
            connecting.complete();
        } else if (!isAtEnd) {
            await();
            connecting.clientActive();
        } else if (abortOnClose) {
            connecting.clientDisconnected();
        } else {
            connecting.clientActive();
        }
    }

    /** Appends bytes. The capacity doubles, because a client can send one byte at a time. */
    private void append(ByteBuffer bytes) {
        int needed = readAhead.remaining() + bytes.remaining();
        if (readAhead.capacity() - readAhead.limit() < bytes.remaining()) {
            int capacity = readAhead.hasRemaining() ? Math.max(needed, 2 * readAhead.remaining()) : needed;
            readAhead = ByteBuffer.allocate(capacity).put(readAhead).flip();
        }
        readAhead.mark().position(readAhead.limit()).limit(readAhead.limit() + bytes.remaining());
        readAhead.put(bytes).reset();
    }

    private void readFailed() {
        release();
        connecting.clientDisconnected();
    }

    private void release() {
        if (buffer != null) {
            loop.buffers().release(buffer);
            buffer = null;
        }
    }

    /**
     * Ends the watch, so that another stage can read from the client.
     *
     * @return false if a read is pending; {@link Connecting#complete} or {@link Connecting#clientDisconnected} follows
     */
    boolean stop() {
        stopped = true;
        return client.cancelAwait();
    }

    /** Returns the bytes read from the client: those of earlier stages, extended to at most {@link #MAX_BYTES}. */
    ByteBuffer readAhead() {
        return readAhead;
    }
}
