package io.apexproxy.runtime.engine.sim.world;

import java.nio.ByteBuffer;

/** A queue of bytes in a ring buffer that grows. */
final class ByteQueue {

    private static final int FIRST_BYTES = 64;
    private static final byte[] NONE = {};

    private byte[] ring = NONE;
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds this number of remaining bytes of the source. */
    void add(ByteBuffer source, int count) {
        reserve(count);
        int tail = head + size & ring.length - 1;
        int first = Math.min(count, ring.length - tail);
        source.get(ring, tail, first);
        source.get(ring, 0, count - first);
        size += count;
    }

    /** Moves this number of bytes to the target. */
    void remove(ByteBuffer target, int count) {
        int first = Math.min(count, ring.length - head);
        target.put(ring, head, first);
        target.put(ring, 0, count - first);
        size -= count;
        head = size == 0 ? 0 : head + count & ring.length - 1;
    }

    void clear() {
        ring = NONE;
        head = 0;
        size = 0;
    }

    private void reserve(int count) {
        if (size + count <= ring.length) {
            return;
        }
        int length = Math.max(FIRST_BYTES, ring.length);
        while (length < size + count) {
            length *= 2;
        }
        ByteBuffer grown = ByteBuffer.allocate(length);
        int kept = size;
        remove(grown, kept);
        ring = grown.array();
        head = 0;
        size = kept;
    }
}
