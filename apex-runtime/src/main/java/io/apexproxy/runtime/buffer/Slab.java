package io.apexproxy.runtime.buffer;

import java.nio.ByteBuffer;

/** A slab with buffers of one size: a stack of free buffers, which are cut on first use. */
final class Slab {

    private final ByteBuffer memory;
    private final int size;
    private final Buffer[] free;
    private int top;
    private int cut;

    Slab(ByteBuffer memory, int size) {
        this.memory = memory;
        this.size = size;
        this.free = new Buffer[BufferMemory.SLAB_BYTES / BufferPool.bytes(size)];
    }

    ByteBuffer memory() {
        return memory;
    }

    int size() {
        return size;
    }

    Buffer pop() {
        if (top > 0) {
            Buffer buffer = free[--top];
            buffer.bytes().clear();
            return buffer;
        }
        int bytes = BufferPool.bytes(size);
        return new Buffer(this, memory.slice(cut++ * bytes, bytes));
    }

    void push(Buffer buffer) {
        free[top++] = buffer;
    }

    /** Returns whether no buffer is free. */
    boolean isEmpty() {
        return top == 0 && cut == free.length;
    }

    /** Returns whether no buffer is lent. */
    boolean isWhole() {
        return top == cut;
    }
}
