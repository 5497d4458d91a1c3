package io.apexproxy.runtime.relay.buffer;

import io.apexproxy.runtime.stats.LaneCounter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The buffers of one loop, in nine sizes, cut from slabs. On the loop's thread only.
 *
 * <p>A slab serves one size at a time. A slab all of whose buffers came back returns to {@link BufferMemory}, where
 * another size or another loop finds it. One slab of the first size is kept: an idle pump holds no buffer, so each
 * message would otherwise take a slab, cut it and give it back. One more is kept for all other sizes, so that a long
 * transfer moves all its bytes through the same memory, which stays in the processor's cache.
 */
public final class BufferPool {

    /** 1 to 256 KiB, in steps of 2, so that the rest of a blocked write pins at most twice its bytes. */
    public static final int SIZES = 9;
    /** 16 KiB: as an idle pump holds no buffer, the first one may be large enough for most messages. */
    public static final int FIRST_SIZE = 4;
    private static final int SMALLEST_BYTES = 1024;

    private final BufferMemory memory;
    private final int lane;
    private final List<ArrayDeque<Slab>> partial =
            IntStream.range(0, SIZES).mapToObj(size -> new ArrayDeque<Slab>()).toList();
    private final List<LaneCounter> lent = IntStream.range(0, SIZES).mapToObj(size -> new LaneCounter(1)).toList();
    /** Of the first size, with no buffer lent; null if there is none. */
    private Slab spare;
    /** The memory of a slab of another size that came back last; null if there is none. */
    private ByteBuffer spareMemory;

    /**
     * Creates a pool that holds nothing yet.
     *
     * @param memory where slabs come from
     * @param lane the number of the loop
     */
    public BufferPool(BufferMemory memory, int lane) {
        this.memory = memory;
        this.lane = lane;
    }

    /** Returns the bytes of a buffer of this size. */
    public static int bytes(int size) {
        return SMALLEST_BYTES << size;
    }

    /** Returns the smallest size that holds so many bytes, the largest if none does. */
    public static int sizeFor(int bytes) {
        int size = 0;
        while (size < SIZES - 1 && bytes(size) < bytes) {
            size++;
        }
        return size;
    }

    /**
     * Lends a buffer, cleared.
     *
     * @param size the step wanted, 0 to {@code SIZES - 1}
     * @return a buffer of that size, or of the first size where that is smaller and memory is scarce
     */
    public Buffer lend(int size) {
        Slab slab = partial.get(size).peekFirst();
        if (slab == null) {
            if (size > FIRST_SIZE && !memory.allowsGrowth()) {
                return lend(FIRST_SIZE);
            }
            slab = take(size);
            partial.get(size).addFirst(slab);
        }
        Buffer buffer = slab.pop();
        if (slab.isEmpty()) {
            partial.get(size).removeFirst();
        }
        lent.get(size).add(0, 1);
        return buffer;
    }

    /** Takes a buffer back, which the caller must not use any more. */
    public void giveBack(Buffer buffer) {
        Slab slab = buffer.slab;
        ArrayDeque<Slab> queue = partial.get(slab.size());
        lent.get(slab.size()).add(0, -1);
        if (slab.isEmpty()) {
            queue.addFirst(slab);
        }
        slab.push(buffer);
        if (slab.isWhole()) {
            queue.remove(slab);
            give(slab);
        }
    }

    /**
     * Moves what remains in a buffer to the smallest one that holds it, and takes the first one back.
     *
     * @param buffer flipped for reading
     * @return a buffer to go on with; the same one if there is no smaller one
     */
    public Buffer shrink(Buffer buffer) {
        int fitting = sizeFor(buffer.bytes().remaining());
        if (fitting >= buffer.size()) {
            return buffer;
        }
        Buffer smaller = lend(fitting);
        if (smaller.size() < fitting) { // memory is scarce
            giveBack(smaller);
            return buffer;
        }
        smaller.bytes().put(buffer.bytes()).flip();
        giveBack(buffer);
        return smaller;
    }

    private Slab take(int size) {
        Slab slab;
        if (size == FIRST_SIZE && spare != null) {
            slab = spare;
            spare = null;
        } else {
            slab = new Slab(spareMemory != null ? spareMemory : memory.take(), size);
            spareMemory = null;
        }
        memory.use(lane, 1);
        return slab;
    }

    private void give(Slab slab) {
        memory.use(lane, -1);
        if (slab.size() == FIRST_SIZE && spare == null) {
            spare = slab;
        } else if (spareMemory == null) {
            spareMemory = slab.memory();
        } else {
            memory.giveBack(slab.memory());
        }
    }

    /** Returns how many buffers of this size are lent. Any thread. */
    public long lent(int size) {
        return lent.get(size).sum();
    }

    /** Returns whether the ceiling of the memory is reached. */
    public boolean isMemoryExhausted() {
        return memory.isExhausted();
    }
}
