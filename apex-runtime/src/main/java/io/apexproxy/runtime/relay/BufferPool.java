package io.apexproxy.runtime.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers of one loop, in five sizes, cut from slabs. Used on the loop's thread only.
 *
 * <p>Slabs serve one size at a time; a slab all of whose buffers came back goes back to {@link BufferMemory}, where
 * another size or another loop finds it. Of the size that pumps begin with one is kept, ready to be used: where an idle
 * pump holds no buffer, each message would otherwise take a slab, cut it and give it back.
 */
final class BufferPool {

    /** 1, 4, 16, 64 and 256 KiB: four steps from an idle connection to a bulk transfer. */
    static final int SIZES = 5;
    private static final int SMALLEST_BYTES = 1024;
    private static final int STEP_BITS = 2;

    private final BufferMemory memory;
    private final int lane;
    private final int first;
    private final ArrayDeque<Slab>[] partial;
    /** Of the first size, with no buffer lent; null if there is none. */
    private Slab spare;
    private int lent;

    /**
     * Creates a pool that holds nothing yet.
     *
     * @param lane the number of the loop
     * @param first the size of a pump's first buffer, and the least that it adapts to
     */
    BufferPool(BufferMemory memory, int lane, int first) {
        this.memory = memory;
        this.lane = lane;
        this.first = first;
        @SuppressWarnings({"unchecked", "rawtypes"})
        ArrayDeque<Slab>[] queues = new ArrayDeque[SIZES];
        for (int size = 0; size < SIZES; size++) {
            queues[size] = new ArrayDeque<>();
        }
        partial = queues;
    }

    /** The size of a pump's first buffer. */
    int first() {
        return first;
    }

    static int bytes(int size) {
        return SMALLEST_BYTES << size * STEP_BITS;
    }

    /**
     * Lends a buffer, cleared.
     *
     * @param size the step wanted, 0 to {@code SIZES - 1}
     * @return a buffer of that size, or of the smallest where memory is short
     */
    Buffer lend(int size) {
        Slab slab = partial[size].peekFirst();
        if (slab == null) {
            if (size > 0 && !memory.allowsGrowth()) {
                return lend(0);
            }
            slab = take(size);
            partial[size].addFirst(slab);
        }
        Buffer buffer = slab.pop();
        if (slab.isEmpty()) {
            partial[size].removeFirst();
        }
        lent++;
        return buffer;
    }

    void giveBack(Buffer buffer) {
        lent--;
        Slab slab = buffer.slab;
        ArrayDeque<Slab> queue = partial[slab.size];
        if (slab.isEmpty()) {
            queue.addFirst(slab);
        }
        slab.push(buffer);
        if (slab.isWhole()) {
            queue.remove(slab);
            give(slab);
        }
    }

    private Slab take(int size) {
        Slab slab = spare;
        if (size == first && slab != null) {
            spare = null;
        } else {
            slab = new Slab(memory.take(), size);
        }
        memory.use(lane, 1);
        return slab;
    }

    private void give(Slab slab) {
        memory.use(lane, -1);
        if (slab.size == first && spare == null) {
            spare = slab;
        } else {
            memory.give(slab.memory);
        }
    }

    /** How many buffers are out; only for the loop's thread, and for tests when the loop is idle. */
    int lent() {
        return lent;
    }

    /** A buffer and where it belongs. */
    static final class Buffer {
        private final Slab slab;
        private final ByteBuffer bytes;

        private Buffer(Slab slab, ByteBuffer bytes) {
            this.slab = slab;
            this.bytes = bytes;
        }

        ByteBuffer bytes() {
            return bytes;
        }

        int size() {
            return slab.size;
        }
    }

    /** A slab that serves one size: a stack of free buffers, cut when they are first needed. */
    private static final class Slab {
        private final ByteBuffer memory;
        private final int size;
        private final Buffer[] free;
        private int top;
        private int cut;

        private Slab(ByteBuffer memory, int size) {
            this.memory = memory;
            this.size = size;
            this.free = new Buffer[BufferMemory.SLAB_BYTES / bytes(size)];
        }

        private Buffer pop() {
            if (top > 0) {
                Buffer buffer = free[--top];
                buffer.bytes.clear();
                return buffer;
            }
            int bytes = bytes(size);
            return new Buffer(this, memory.slice(cut++ * bytes, bytes));
        }

        private void push(Buffer buffer) {
            free[top++] = buffer;
        }

        private boolean isEmpty() {
            return top == 0 && cut == free.length;
        }

        private boolean isWhole() {
            return top == cut;
        }
    }
}
