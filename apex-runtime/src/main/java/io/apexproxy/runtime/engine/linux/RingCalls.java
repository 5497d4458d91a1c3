package io.apexproxy.runtime.engine.linux;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * The system calls of io_uring. {@link SystemCalls} describes results and threads. Tests override some of them with
 * failures.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 */
public class RingCalls extends NativeCalls {
    private static final int MMAP = 9;
    private static final int MUNMAP = 11;
    private static final int IO_URING_SETUP = 425;
    private static final int IO_URING_ENTER = 426;
    private static final int IO_URING_REGISTER = 427;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int NO_DESCRIPTOR = -1;

    /** Creates a ring; returns its descriptor. The kernel writes the layout into the parameters. */
    public int setup(int entries, ByteBuffer parameters) {
        try {
            return call(IO_URING_SETUP, entries, Foreign.address(parameters), 0);
        } finally {
            Reference.reachabilityFence(parameters);
        }
    }

    /**
     * Submits operations and waits for completions. Blocks if it waits.
     *
     * @param argument a {@code struct io_uring_getevents_arg} if the flags say so; can be empty
     */
    public int enter(int ring, int submitted, int awaited, int flags, ByteBuffer argument) {
        try {
            return call(IO_URING_ENTER, ring, submitted, awaited, flags,
                    argument.hasRemaining() ? Foreign.address(argument) : 0, argument.remaining());
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /** Registers a resource of a ring. */
    public int register(int ring, int operation, ByteBuffer argument, int count) {
        try {
            return call(IO_URING_REGISTER, ring, operation, argument.hasRemaining() ? Foreign.address(argument) : 0,
                    count, 0, 0);
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /** Maps memory of a ring; null on failure. {@link #unmap} frees it. */
    public ByteBuffer map(int ring, long bytes, long offset) {
        return map(bytes, MAP_SHARED_POPULATE, ring, offset);
    }

    /** Maps memory for buffers, of which each page takes memory after its first use; null on failure. */
    public ByteBuffer mapBuffers(long bytes) {
        return map(bytes, MAP_PRIVATE_ANONYMOUS, NO_DESCRIPTOR, 0);
    }

    private ByteBuffer map(long bytes, int flags, int descriptor, long offset) {
        long address = callForLong(MMAP, 0, bytes, PROT_READ_WRITE, flags, descriptor, offset);
        return address < 0 ? null : Foreign.memory(address, bytes);
    }

    /** Frees memory that {@link #map} has returned. It must not be used afterwards. */
    public int unmap(ByteBuffer memory) {
        return call(MUNMAP, Foreign.address(memory), memory.capacity(), 0);
    }

    /** Returns the address of a direct buffer, which an operation of a ring uses until its completion. */
    public static long address(ByteBuffer direct) {
        return Foreign.address(direct);
    }
}
