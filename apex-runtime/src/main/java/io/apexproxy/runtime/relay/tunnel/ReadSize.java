package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.buffer.BufferPool;

/**
 * The size of a pump's next read buffer, which follows what its reads find. Pure.
 *
 * <p>A step up after a read that filled the buffer, if the sink keeps up; a step down after two reads in a row that
 * would have fitted a smaller one, as bursts have gaps.
 *
 * <p>The state is a number, which a pump keeps: an object for each pump would cost memory.
 */
final class ReadSize {

    /** 64 KiB: what a peer pins that stops to read. */
    static final int USUAL_LARGEST = BufferPool.SIZES - 3;
    /**
     * Bytes after which a pump may get the largest buffers, which save a tenth of the processor time per byte. More
     * than kernels usually buffer for a peer that never reads.
     */
    static final long LONG_TRANSFER_BYTES = 8 * 1024 * 1024;
    private static final int SMALL_READS = 2;
    /** The small reads in a row are above the bits of the size. */
    private static final int SMALL_READ = 1 << Byte.SIZE;

    /** The state in which a pump begins. */
    static final int FIRST = BufferPool.FIRST_SIZE;

    private ReadSize() {
    }

    /** Returns the size of the next buffer, as a step. */
    static int next(int state) {
        return state & SMALL_READ - 1;
    }

    /**
     * Adapts to a read.
     *
     * @param state before it
     * @param count bytes that it found
     * @param size of its buffer
     * @param sinkKeepsUp whether the last write was not blocked
     * @param total bytes of the pump so far
     * @return the state after it
     */
    static int adapt(int state, int count, int size, boolean sinkKeepsUp, long total) {
        if (count == BufferPool.bytes(size)) {
            int largest = total >= LONG_TRANSFER_BYTES ? BufferPool.SIZES - 1 : USUAL_LARGEST;
            return Math.max(FIRST, Math.min(sinkKeepsUp ? size + 1 : size, largest));
        }
        if (size <= FIRST) {
            return FIRST;
        }
        if (count > BufferPool.bytes(size - 1)) {
            return size;
        }
        int smallReads = state / SMALL_READ + 1;
        return smallReads < SMALL_READS ? size + smallReads * SMALL_READ : size - 1;
    }
}
