package io.apexproxy.runtime.buffer;

import io.apexproxy.runtime.stats.LaneCounter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The buffers of one loop, in nine sizes, cut from slabs. On the loop's thread only.
 *
 * <p>All buffers of a slab have the same size. A slab without lent buffers returns to {@link BufferMemory}, where other
 * sizes and loops can take it. The pool keeps one free slab of the first size. Otherwise each message could take and
 * cut a slab, because an idle pump holds no buffer. It keeps one more free slab for all other sizes, so that a long
 * transfer reuses the same memory, which stays in the processor's cache.
 */
public final class BufferPool {

    /** The number of sizes: powers of 2 from 1 to 256 KiB, so that a blocked write pins at most twice its bytes. */
    public static final int SIZES = 9;
    /** The size of a first read, 16 KiB: enough for most messages, and not held by an idle pump. */
    public static final int FIRST_SIZE = 4;
    private static final int SMALLEST_BYTES = 1024;

    private final BufferMemory memory;
    private final int lane;
    private final List<ArrayDeque<Slab>> partial =
            IntStream.range(0, SIZES).mapToObj(size -> new ArrayDeque<Slab>()).toList();
    private final List<LaneCounter> lent = IntStream.range(0, SIZES).mapToObj(size -> new LaneCounter(1)).toList();
    /** A free slab of the first size; can be null. */
    private Slab spare;
    /** The memory of a free slab of another size; can be null. */
    private ByteBuffer spareMemory;

    /** Creates a pool of a loop without slabs. The memory is the source of slabs. */
    public BufferPool(BufferMemory memory, int lane) {
        this.memory = memory;
        this.lane = lane;
    }

    /** Returns the capacity in bytes of a buffer of this size. */
    public static int bytes(int size) {
        return SMALLEST_BYTES << size;
    }

    /** Returns the smallest size that holds this number of bytes, or the largest size if none does. */
    public static int sizeFor(int bytes) {
        int size = 0;
        while (size < SIZES - 1 && bytes(size) < bytes) {
            size++;
        }
        return size;
    }

    /**
     * Lends a cleared buffer.
     *
     * @param size the requested size, from 0 to {@code SIZES - 1}
     * @return a buffer of that size; of the first size if the requested size is larger and memory is scarce
     */
    public Buffer lend(int size) {
        return size > FIRST_SIZE && partial.get(size).isEmpty() && !memory.allowsGrowth()
                ? lendExactly(FIRST_SIZE) : lendExactly(size);
    }

    /** Lends a cleared buffer of this size, also if memory is scarce, for bytes that cannot be processed in parts. */
    public Buffer lendExactly(int size) {
        Slab slab = partial.get(size).peekFirst();
        if (slab == null) {
            slab = takeSlab(size);
            partial.get(size).addFirst(slab);
        }
        Buffer buffer = slab.pop();
        if (slab.isEmpty()) {
            partial.get(size).removeFirst();
        }
        lent.get(size).add(0, 1);
        return buffer;
    }

    /** Releases a buffer. The caller must no longer use it. */
    public void release(Buffer buffer) {
        Slab slab = buffer.slab;
        ArrayDeque<Slab> queue = partial.get(slab.size());
        lent.get(slab.size()).add(0, -1);
        if (slab.isEmpty()) {
            queue.addFirst(slab);
        }
        slab.push(buffer);
        if (slab.isWhole()) {
            queue.remove(slab);
            releaseSlab(slab);
        }
    }

    /**
     * Moves the remaining bytes of a buffer to the smallest buffer that holds them, and releases the former.
     *
     * @param buffer flipped for reading
     * @return the buffer with the bytes; the same one if no smaller one holds them
     */
    public Buffer shrink(Buffer buffer) {
        int fitting = sizeFor(buffer.bytes().remaining());
        if (fitting >= buffer.size()) {
            return buffer;
        }
        Buffer smaller = lend(fitting);
        if (smaller.size() < fitting) { // memory is scarce
            release(smaller);
            return buffer;
        }
        smaller.bytes().put(buffer.bytes()).flip();
        release(buffer);
        return smaller;
    }

    private Slab takeSlab(int size) {
        Slab slab;
        if (size == FIRST_SIZE && spare != null) {
            slab = spare;
            spare = null;
        } else {
            slab = new Slab(spareMemory != null ? spareMemory : memory.take(), size);
            spareMemory = null;
        }
        memory.countUsed(lane, 1);
        return slab;
    }

    private void releaseSlab(Slab slab) {
        memory.countUsed(lane, -1);
        if (slab.size() == FIRST_SIZE && spare == null) {
            spare = slab;
        } else if (spareMemory == null) {
            spareMemory = slab.memory();
        } else {
            memory.release(slab.memory());
        }
    }

    /** Adds to the bytes that are held outside of buffers and count as memory; the change can be negative. */
    public void countHeld(int change) {
        memory.countHeld(lane, change);
    }

    /** Returns the number of lent buffers of this size. Any thread. */
    public long countLent(int size) {
        return lent.get(size).sum();
    }

    /** Returns whether the ceiling of the memory is reached. */
    public boolean isMemoryExhausted() {
        return memory.isExhausted();
    }
}
