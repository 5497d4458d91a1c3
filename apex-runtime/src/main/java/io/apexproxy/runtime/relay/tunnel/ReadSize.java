package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.buffer.BufferPool;

/**
 * The adaptive size of a pump's next read buffer. Pure.
 *
 * <p>The size grows by one step after a read that filled the buffer, unless the sink was blocked. It shrinks by one
 * step after two consecutive reads that would have fitted in the next smaller buffer; bursts have gaps, so a single
 * small read does not count.
 *
 * <p>The state is an {@code int} that the pump stores, because an object per pump would cost memory. Its low byte is
 * the size; the bits above count consecutive small reads.
 */
final class ReadSize {

    /** 64 KiB: the memory that a peer pins when it stops reading. */
    static final int DEFAULT_MAX_SIZE = BufferPool.SIZES - 3;
    /**
     * Relayed bytes after which a pump can use the largest buffers, which save a tenth of the processor time per byte.
     * Larger than the usual kernel buffers for a peer that never reads.
     */
    static final long LONG_TRANSFER_BYTES = 8 * 1024 * 1024;
    private static final int SMALL_READS_TO_SHRINK = 2;
    private static final int SMALL_READ = 1 << Byte.SIZE;

    /** The initial state. */
    static final int FIRST = BufferPool.FIRST_SIZE;

    private ReadSize() {
    }

    /** Returns the size of the next buffer, a size of {@link BufferPool}. */
    static int sizeOf(int state) {
        return state & SMALL_READ - 1;
    }

    /**
     * Adapts the state to a completed read.
     *
     * @param state the state before the read
     * @param count the number of bytes read
     * @param size the size of the read's buffer
     * @param sinkKeepsUp whether the last write was not blocked
     * @param total the number of bytes that the pump has received so far
     * @return the next state
     */
    static int adapt(int state, int count, int size, boolean sinkKeepsUp, long total) {
        if (count == BufferPool.bytes(size)) {
            int largest = total >= LONG_TRANSFER_BYTES ? BufferPool.SIZES - 1 : DEFAULT_MAX_SIZE;
            return Math.max(FIRST, Math.min(sinkKeepsUp ? size + 1 : size, largest));
        }
        if (size <= FIRST) {
            return FIRST;
        }
        if (count > BufferPool.bytes(size - 1)) {
            return size;
        }
        int smallReads = state / SMALL_READ + 1;
        return smallReads < SMALL_READS_TO_SHRINK ? size + smallReads * SMALL_READ : size - 1;
    }
}
