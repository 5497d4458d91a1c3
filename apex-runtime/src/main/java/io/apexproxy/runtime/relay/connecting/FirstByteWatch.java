package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;

/**
 * The wait for the first byte of a connected backend, for pools with {@code early_close}. On the loop's thread only.
 *
 * <p>It lasts until the backend sends a byte or ends the connection, the client sends a byte, or {@code early_close} is
 * over. A connection that the backend ends is lost for the client only if nothing was forwarded, so the attempt fails
 * over.
 */
final class FirstByteWatch {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private static final CompletionHandler<Integer, FirstByteWatch> READABLE = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, FirstByteWatch watch) {
            watch.runGuarded(watch::read);
        }

        @Override
        public void failed(Throwable cause, FirstByteWatch watch) {
            watch.runGuarded(watch::readFailed);
        }
    };

    private static final CompletionHandler<Integer, FirstByteWatch> READ = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, FirstByteWatch watch) {
            watch.runGuarded(() -> watch.received(count));
        }

        @Override
        public void failed(Throwable cause, FirstByteWatch watch) {
            watch.runGuarded(watch::readFailed);
        }
    };

    private final ConnectAttempt attempt;
    private final RelayLoop loop;
    private final LoopSocketChannel backend;
    /** Null unless a read is pending. */
    private Buffer buffer;
    private ByteBuffer bytes = EMPTY;

    /**
     * Creates a watch; {@link #begin} starts it.
     *
     * @param attempt receives the result
     * @param loop the loop of the channel
     * @param backend the connected channel
     */
    FirstByteWatch(ConnectAttempt attempt, RelayLoop loop, LoopSocketChannel backend) {
        this.attempt = attempt;
        this.loop = loop;
        this.backend = backend;
    }

    /** Waits until the backend is readable, without a buffer. */
    void begin() {
        backend.awaitReadable(this, READABLE);
    }

    private void read() {
        if (loop.buffers().isMemoryExhausted()) { // the tunnel waits for memory
            attempt.succeed();
            return;
        }
        buffer = loop.buffers().lend(BufferPool.FIRST_SIZE);
        backend.read(buffer.bytes(), this, READ);
    }

    private void received(int count) {
        if (count > 0) {
            ByteBuffer read = buffer.bytes().flip();
            bytes = ByteBuffer.allocate(count).put(read).flip();
        }
        release();
        if (count < 0) {
            attempt.closedEarly(Cause.BACKEND_CLOSED);
        } else {
            attempt.succeed();
        }
    }

    private void readFailed() {
        release();
        attempt.closedEarly(Cause.BACKEND_RESET);
    }

    private void release() {
        if (buffer != null) {
            loop.buffers().release(buffer);
            buffer = null;
        }
    }

    private void runGuarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            attempt.failUnexpectedly(e);
        }
    }

    /** Ends the watch. Returns false if a read is pending, whose result the attempt receives. */
    boolean stop() {
        return backend.cancelAwait();
    }

    /** Returns the bytes read from the backend. */
    ByteBuffer bytes() {
        return bytes;
    }
}
