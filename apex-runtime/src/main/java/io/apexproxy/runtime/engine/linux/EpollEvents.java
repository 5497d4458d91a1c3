package io.apexproxy.runtime.engine.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory for the events of a wait: an array of {@code struct epoll_event}, which has 32 bits of events and 64 bits of
 * data. The structure is packed on x86-64 only.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/epoll_event.3type.html">epoll_event(3type)</a>
 */
public final class EpollEvents {
    /** Most events of one wait. */
    public static final int MOST = 512;

    public static final int DATA_AT = dataAt(System.getProperty("os.arch"));
    private static final int EVENT_BYTES = DATA_AT + Long.BYTES;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(MOST * EVENT_BYTES).order(ByteOrder.nativeOrder());
    private final long address = Foreign.address(memory);

    /** Returns the place of the data in the structure, on an architecture with this name for Java. */
    public static int dataAt(String architecture) {
        return architecture.equals("amd64") ? Integer.BYTES : Long.BYTES;
    }

    public long address() {
        return address;
    }

    /** Returns the events of the element with this index. */
    public int events(int index) {
        return memory.getInt(index * EVENT_BYTES);
    }

    /** Returns the data of the element with this index. */
    public long data(int index) {
        return memory.getLong(index * EVENT_BYTES + DATA_AT);
    }
}
