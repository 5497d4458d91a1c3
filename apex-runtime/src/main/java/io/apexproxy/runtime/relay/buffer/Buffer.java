package io.apexproxy.runtime.relay.buffer;

import java.nio.ByteBuffer;

/** A buffer that a {@link BufferPool} lends. On the loop's thread only. */
public final class Buffer {

    final Slab slab;
    private final ByteBuffer bytes;

    Buffer(Slab slab, ByteBuffer bytes) {
        this.slab = slab;
        this.bytes = bytes;
    }

    /** Returns the bytes: a direct buffer, always the same. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Returns the size as a step: 0 is the smallest. */
    public int size() {
        return slab.size();
    }
}
