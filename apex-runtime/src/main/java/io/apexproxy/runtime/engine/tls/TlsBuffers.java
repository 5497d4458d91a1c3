package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.buffer.BufferPool;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/**
 * The buffers and the executor that the TLS channels of a loop share. On the loop's thread only.
 *
 * <p>The JDK encrypts and decrypts in place in the buffer of the record. Arrays are 20 to 50 % faster there than direct
 * buffers, so records are copied between the direct buffers of the sockets and arrays of the loop.
 */
public final class TlsBuffers {

    /** The size of a record with its header and any overhead: 2^14 + 2048 + 5 (RFC 5246, section 6.2.3), rounded up. */
    static final int MAX_RECORD_BYTES = 18 * 1024 + 512;
    /** The number of full records that are encrypted for one write; they fit in a buffer of 64 KiB. */
    private static final int RECORDS_PER_WRITE = 3;
    /** The size of a buffer that holds a record. */
    private static final int READ_SIZE = BufferPool.sizeFor(MAX_RECORD_BYTES);

    private final BufferPool pool;
    private final Executor tasks;
    private final ByteBuffer record = ByteBuffer.allocate(MAX_RECORD_BYTES);
    private final ByteBuffer plain = ByteBuffer.allocate(MAX_RECORD_BYTES);
    private final ByteBuffer encrypted = ByteBuffer.allocate(RECORDS_PER_WRITE * MAX_RECORD_BYTES);

    /**
     * Creates the buffers of a loop.
     *
     * @param pool the buffers of the loop
     * @param tasks runs the long computations of handshakes, each on a thread of its own choice
     */
    public TlsBuffers(BufferPool pool, Executor tasks) {
        this.pool = pool;
        this.tasks = tasks;
    }

    Executor tasks() {
        return tasks;
    }

    /** Returns a cleared buffer for the record to decrypt, valid until the next call. */
    ByteBuffer record() {
        return record.clear();
    }

    /** Returns a cleared buffer for decrypted bytes, valid until the next call. */
    ByteBuffer plain() {
        return plain.clear();
    }

    /** Returns a cleared buffer for encrypted records, valid until the next call. */
    ByteBuffer encrypted() {
        return encrypted.clear();
    }

    /** Lends a cleared buffer that is at least as large as a record; twice as large for a long transfer. */
    Buffer lendForRead(boolean longTransfer) {
        Buffer large = longTransfer ? pool.lend(READ_SIZE + 1) : pool.lendExactly(READ_SIZE);
        if (large.size() >= READ_SIZE) {
            return large;
        }
        pool.release(large); // memory is scarce
        return pool.lendExactly(READ_SIZE);
    }

    /** Moves as many bytes as fit. */
    static void move(ByteBuffer from, ByteBuffer to) {
        int count = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), count).position(to.position() + count);
        from.position(from.position() + count);
    }

    /** Lends a buffer with a copy of these bytes, flipped. */
    Buffer copyOf(ByteBuffer bytes) {
        Buffer buffer = pool.lendExactly(BufferPool.sizeFor(bytes.remaining()));
        buffer.bytes().put(bytes).flip();
        return buffer;
    }

    /** Moves the remaining bytes to the smallest buffer that holds them. */
    Buffer shrink(Buffer buffer) {
        return pool.shrink(buffer);
    }

    void release(Buffer buffer) {
        pool.release(buffer);
    }
}
