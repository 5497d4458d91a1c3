package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.buffer.BufferPool;

/**
 * The size of a pump's next read buffer, which follows what its reads find. Pure.
 *
 * <p>A step up after a read that filled the buffer, if the sink keeps up; a step down after two reads in a row that
 * would have fitted a smaller one, as bursts have gaps.
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

    private int next = BufferPool.FIRST_SIZE;
    private int smallReads;

    /** Returns the size of the next buffer, as a step. */
    int next() {
        return next;
    }

    /**
     * Adapts to a read.
     *
     * @param count bytes that it found
     * @param size of its buffer
     * @param sinkKeepsUp whether the last write was not blocked
     * @param total bytes of the pump so far
     */
    void adapt(int count, int size, boolean sinkKeepsUp, long total) {
        int adapted = size;
        if (count == BufferPool.bytes(size)) {
            smallReads = 0;
            int largest = total >= LONG_TRANSFER_BYTES ? BufferPool.SIZES - 1 : USUAL_LARGEST;
            adapted = Math.min(sinkKeepsUp ? size + 1 : size, largest);
        } else if (size > BufferPool.FIRST_SIZE && count <= BufferPool.bytes(size - 1)) {
            smallReads++;
            adapted = smallReads < SMALL_READS ? size : size - 1;
        } else {
            smallReads = 0;
        }
        next = Math.max(adapted, BufferPool.FIRST_SIZE);
    }
}
