package io.apexproxy.runtime.engine.linux;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * The system calls of io_uring. {@link SystemCalls} describes results and threads. Tests override some of them with
 * failures.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 */
public class RingCalls extends CallMemory {
    private static final MethodHandle SYSCALL =
            Foreign.variadicFunction("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle MMAP = Foreign.function("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);
    private static final MethodHandle MUNMAP = Foreign.function("munmap", INT, LONG, LONG);

    private static final MethodHandle CLOSE = Foreign.function("close", INT, INT);

    private static final long IO_URING_SETUP = 425;
    private static final long IO_URING_ENTER = 426;
    private static final long IO_URING_REGISTER = 427;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int NO_DESCRIPTOR = -1;

    /** Creates a ring; returns its descriptor. The kernel writes the layout into the parameters. */
    public int setup(int entries, ByteBuffer parameters) {
        try {
            return result((int) (long) SYSCALL.invokeExact(errnoSegment, IO_URING_SETUP, (long) entries,
                    Foreign.address(parameters), 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
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
            return result((int) (long) SYSCALL.invokeExact(errnoSegment, IO_URING_ENTER, (long) ring, (long) submitted,
                    (long) awaited, (long) flags, argument.hasRemaining() ? Foreign.address(argument) : 0L,
                    (long) argument.remaining()));
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /** Registers a resource of a ring. */
    public int register(int ring, int operation, ByteBuffer argument, int count) {
        try {
            return result((int) (long) SYSCALL.invokeExact(errnoSegment, IO_URING_REGISTER, (long) ring,
                    (long) operation, argument.hasRemaining() ? Foreign.address(argument) : 0L, (long) count, 0L, 0L));
        } catch (Throwable e) {
            throw unexpected(e);
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
        try {
            long address =
                    (long) MMAP.invokeExact(errnoSegment, 0L, bytes, PROT_READ_WRITE, flags, descriptor, offset);
            return address == -1 ? null : Foreign.memory(address, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Frees memory that {@link #map} has returned. It must not be used afterwards. */
    public int unmap(ByteBuffer memory) {
        try {
            return result((int) MUNMAP.invokeExact(errnoSegment, Foreign.address(memory), (long) memory.capacity()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Closes the descriptor of a ring, which ends its operations. */
    public int close(int ring) {
        try {
            return result((int) CLOSE.invokeExact(errnoSegment, ring));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns the address of a direct buffer, which an operation of a ring uses until its completion. */
    public static long address(ByteBuffer direct) {
        return Foreign.address(direct);
    }
}
