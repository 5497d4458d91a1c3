package io.apexproxy.runtime.engine.linux;

import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory for the arguments and the results of system calls. One thread at a time. */
public abstract class CallMemory {
    static final Class<?> INT = int.class;
    static final Class<?> LONG = long.class;
    static final MethodHandle READ = Foreign.function("read", LONG, INT, LONG, LONG);
    static final int NONBLOCK_CLOEXEC = 0x80800;

    /** The place of the length of an address, behind the largest address. */
    static final int LENGTH_AT = 112;
    private static final int ARGUMENT_BYTES = 128;

    private final ByteBuffer errno = allocate(Long.BYTES);
    /** The segment that receives errno. */
    final Object errnoSegment = Foreign.segment(errno);
    final ByteBuffer arguments = allocate(ARGUMENT_BYTES);
    final long argumentsAt = Foreign.address(arguments);

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Returns a result, or the negated error number. */
    final int result(int returned) {
        return returned >= 0 ? returned : -errno.getInt(0);
    }

    static RuntimeException unexpected(Throwable thrown) {
        return new IllegalStateException("a native call threw", thrown);
    }
}
