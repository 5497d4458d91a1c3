package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.RingCalls;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Buffers that the kernel takes for received bytes. A waiting connection thus holds no buffer. On the loop's thread
 * only.
 */
final class BufferRing {
    /** Room for most messages; the same as a first buffer of the relay. */
    static final int BYTES = 16 * 1024;
    /** Buffers of a loop. A turn copies and returns those that the turn before has filled. A power of two. */
    static final int COUNT = 256;
    static final int GROUP = 0;

    private static final int REGISTER_PBUF_RING = 22;
    private static final int UNREGISTER_PBUF_RING = 23;
    private static final int ENTRY_BYTES = 16;
    private static final int TAIL_AT = 14;
    private static final int PAGE_BYTES = 4096;
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private final Ring ring;
    private final int count;
    /** The entries in pages of their own, and behind them the buffers. */
    private final ByteBuffer memory;
    private final long buffersAt;
    private final int buffersOffset;
    private final ByteBuffer argument = ByteBuffer.allocateDirect(40).order(ByteOrder.nativeOrder());
    private short tail;

    private BufferRing(Ring ring, int count, ByteBuffer memory) {
        this.ring = ring;
        this.count = count;
        this.memory = memory.order(ByteOrder.nativeOrder());
        this.buffersOffset = entryBytes(count);
        this.buffersAt = RingCalls.address(memory) + buffersOffset;
    }

    private static int entryBytes(int count) {
        return Math.max(PAGE_BYTES, count * ENTRY_BYTES);
    }

    /**
     * Registers buffers with an enabled ring.
     *
     * @param count their number, a power of two
     */
    static BufferRing register(Ring ring, int count) throws IOException {
        ByteBuffer memory = ring.mapBuffers(entryBytes(count) + (long) count * BYTES);
        if (memory == null) {
            throw new IOException("the buffers of io_uring cannot be mapped");
        }
        BufferRing buffers = new BufferRing(ring, count, memory);
        buffers.argument.putLong(0, RingCalls.address(memory)).putInt(8, count).putShort(12, (short) GROUP);
        int result = ring.register(REGISTER_PBUF_RING, buffers.argument, 1);
        if (result < 0) {
            ring.unmap(memory);
            throw new IOException("io_uring_register (buffers): " + Errno.text(-result));
        }
        for (int index = 0; index < count; index++) {
            buffers.giveBack(index);
        }
        return buffers;
    }

    /** Copies received bytes to a target with room for them. */
    void copy(int buffer, int offset, int length, ByteBuffer target) {
        target.put(target.position(), memory, buffersOffset + buffer * BYTES + offset, length)
                .position(target.position() + length);
    }

    /** Returns a buffer to the kernel. */
    void giveBack(int buffer) {
        int at = (tail & count - 1) * ENTRY_BYTES;
        memory.putLong(at, buffersAt + (long) buffer * BYTES).putInt(at + 8, BYTES).putShort(at + 12, (short) buffer);
        tail++;
        SHORT.setRelease(memory, TAIL_AT, tail);
    }

    /** Ends the use of the buffers by the kernel, and frees their memory. No operation uses them. */
    void close() {
        ring.register(UNREGISTER_PBUF_RING, argument, 1);
        ring.unmap(memory);
    }
}
