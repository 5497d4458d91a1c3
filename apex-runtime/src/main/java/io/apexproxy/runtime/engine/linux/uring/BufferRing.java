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
    /** Buffers of one turn: each is copied and returned before the loop polls again. A power of two. */
    private static final int COUNT = 256;
    static final int GROUP = 0;

    private static final int REGISTER_PBUF_RING = 22;
    private static final int UNREGISTER_PBUF_RING = 23;
    private static final int ENTRY_BYTES = 16;
    private static final int TAIL_AT = 14;
    private static final int PAGE_BYTES = 4096;
    private static final VarHandle SHORT =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private final Ring ring;
    private final ByteBuffer entries = aligned(COUNT * ENTRY_BYTES);
    private final ByteBuffer memory = aligned(COUNT * BYTES);
    private final long memoryAt = RingCalls.address(memory);
    private final ByteBuffer argument = ByteBuffer.allocateDirect(40).order(ByteOrder.nativeOrder());
    private short tail;

    private BufferRing(Ring ring) {
        this.ring = ring;
    }

    private static ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + PAGE_BYTES).alignedSlice(PAGE_BYTES).slice(0, bytes)
                .order(ByteOrder.nativeOrder());
    }

    /** Registers buffers with an enabled ring. */
    static BufferRing register(Ring ring) throws IOException {
        BufferRing buffers = new BufferRing(ring);
        buffers.argument.putLong(0, RingCalls.address(buffers.entries)).putInt(8, COUNT).putShort(12, (short) GROUP);
        int result = ring.register(REGISTER_PBUF_RING, buffers.argument, 1);
        if (result < 0) {
            throw new IOException("io_uring_register (buffers): " + Errno.text(-result));
        }
        for (int index = 0; index < COUNT; index++) {
            buffers.giveBack(index);
        }
        return buffers;
    }

    /** Copies received bytes to a target with room for them. */
    void copy(int buffer, int offset, int length, ByteBuffer target) {
        target.put(target.position(), memory, buffer * BYTES + offset, length).position(target.position() + length);
    }

    /** Returns a buffer to the kernel. */
    void giveBack(int buffer) {
        int at = (tail & COUNT - 1) * ENTRY_BYTES;
        entries.putLong(at, memoryAt + (long) buffer * BYTES).putInt(at + 8, BYTES).putShort(at + 12, (short) buffer);
        tail++;
        SHORT.setRelease(entries, TAIL_AT, tail);
    }

    /** Ends the use of the buffers by the kernel. */
    void unregister() {
        ring.register(UNREGISTER_PBUF_RING, argument, 1);
    }
}
