package io.apexproxy.runtime.buffer;

import java.nio.ByteBuffer;

/** A buffer of a {@link BufferPool}. On the loop's thread only. */
public final class Buffer {

    final Slab slab;
    private final ByteBuffer bytes;

    Buffer(Slab slab, ByteBuffer bytes) {
        this.slab = slab;
        this.bytes = bytes;
    }

    /** Returns the bytes: always the same direct buffer. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Returns the size as an index, from 0, the smallest, to {@code BufferPool.SIZES - 1}. */
    public int size() {
        return slab.size();
    }
}
