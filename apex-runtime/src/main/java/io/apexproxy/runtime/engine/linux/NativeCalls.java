package io.apexproxy.runtime.engine.linux;

import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * System calls by their numbers, and memory for their arguments and results. One thread at a time.
 *
 * <p>Subclasses have the numbers of x86-64. All calls share one native function, {@code syscall(2)}: for each signature
 * of a function, the JVM generates classes at run time, which no archive holds.
 */
public abstract class NativeCalls {
    static final int CLOEXEC = 0x80000;
    static final int NONBLOCK = 0x800;
    static final int NONBLOCK_CLOEXEC = NONBLOCK | CLOEXEC;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int SOL_SOCKET = 1;
    static final int SOCKET = 41;
    static final int SENDTO = 44;
    static final int SETSOCKOPT = 54;
    private static final int CLOSE = 3;

    /** The place of the length of an address, behind the largest address. */
    static final int LENGTH_AT = 112;
    private static final int ARGUMENT_BYTES = 128;

    private static final MethodHandle SYSCALL = Foreign.systemCall();

    private final ByteBuffer errno = allocate(Long.BYTES);
    private final Object errnoSegment = Foreign.segment(errno);
    final ByteBuffer arguments = allocate(ARGUMENT_BYTES);
    final long argumentsAt = Foreign.address(arguments);

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Calls the kernel. Memory whose address is an argument must be reachable until the call returns.
     *
     * @return the result, or the negated error number
     */
    final int call(int number, long first, long second, long third, long fourth, long fifth, long sixth) {
        return (int) callForLong(number, first, second, third, fourth, fifth, sixth);
    }

    final int call(int number, long first, long second, long third) {
        return call(number, first, second, third, 0, 0, 0);
    }

    /** Like {@link #call}, for a result of 64 bits. */
    final long callForLong(int number, long first, long second, long third, long fourth, long fifth, long sixth) {
        try {
            long result = (long) SYSCALL.invokeExact(errnoSegment, (long) number, first, second, third, fourth,
                    fifth, sixth);
            return result == -1 ? -errno.getInt(0) : result;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call threw", e);
        }
    }

    /** Closes a descriptor, which is free afterwards also if the result is an error. */
    public int close(int descriptor) {
        return call(CLOSE, descriptor, 0, 0);
    }
}
