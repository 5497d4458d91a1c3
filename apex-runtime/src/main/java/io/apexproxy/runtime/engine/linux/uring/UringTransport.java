package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.NativeSocket;
import io.apexproxy.runtime.engine.linux.NativeTransport;
import io.apexproxy.runtime.engine.linux.RingCalls;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import io.apexproxy.runtime.engine.linux.splice.PipePool;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.ServerChannel;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sockets and operations of a ring of io_uring. A turn submits all operations of the turn before in one system call.
 *
 * <p>The data of an operation is the index of its channel in a table, and its kind. A closed channel stays in the table
 * until the kernel has completed its operations, so that no memory is used after it is free.
 */
final class UringTransport extends NativeTransport {
    static final int OP_POLL_ADD = 6;
    static final int OP_POLL_REMOVE = 7;
    static final int OP_ASYNC_CANCEL = 14;
    static final int OP_SEND = 26;
    static final int OP_RECEIVE = 27;
    /** Selects a buffer of the {@link BufferRing} when bytes arrive. */
    static final int SELECT_BUFFER = 1 << (5 + Byte.SIZE);

    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");
    private static final int POLL_IN = 1;
    private static final int CANCEL_ALL = 1;
    /** Most completions of one turn. */
    private static final int MOST_COMPLETIONS = 512;
    /** Kinds of operations of the transport itself; their owner has the index -1. */
    private static final int WAKE_UP = 1;
    private static final int IGNORED = 2;
    private static final long NO_OWNER = -1L << Byte.SIZE;
    private static final Dispatcher NO_DISPATCHER = (channel, operations) -> {};
    private static final int FIRST_CAPACITY = 256;
    /** Longest wait for the end of the operations of a closed loop, in polls of a millisecond. */
    private static final int MOST_LAST_POLLS = 1_000;

    private final Ring ring;
    private final PipePool pipes;
    private BufferRing buffers;
    private boolean enabled;
    private UringOwner[] owners = new UringOwner[FIRST_CAPACITY];
    private int[] freeIndexes = new int[FIRST_CAPACITY];
    private int freeCount;
    private int highest;
    private final ArrayDeque<UringOwner> completed = new ArrayDeque<>();
    /** Operations that are not complete, without those of the transport itself. */
    private int pending;

    /**
     * Opens a ring.
     *
     * @param newCalls creates the system calls of a thread
     * @param ringCalls the system calls of the ring
     * @param pipesPerLoop the most pipes for splices
     */
    UringTransport(Supplier<SystemCalls> newCalls, RingCalls ringCalls, int pipesPerLoop) throws IOException {
        super(newCalls);
        pipes = new PipePool(loopCalls(), pipesPerLoop);
        Ring opened = null;
        try {
            opened = Ring.open(ringCalls);
        } finally {
            ring = opened;
            if (opened == null) {
                close();
            }
        }
    }

    BufferRing buffers() {
        return buffers;
    }

    /** Returns the pipes of the loop. On the loop's thread. */
    PipePool pipes() {
        return pipes;
    }

    /** Adds a channel with its first operation; returns its index. On the loop's thread. */
    int enter(UringOwner owner) {
        int index = freeCount > 0 ? freeIndexes[--freeCount] : highest++;
        if (index >= owners.length) {
            owners = Arrays.copyOf(owners, 2 * index);
        }
        owners[index] = owner;
        return index;
    }

    /** Removes a channel without operations. On the loop's thread. */
    void leave(int index) {
        owners[index] = null;
        if (freeCount == freeIndexes.length) {
            freeIndexes = Arrays.copyOf(freeIndexes, 2 * freeCount);
        }
        freeIndexes[freeCount++] = index;
    }

    /** Queues an operation of a channel; returns its number. On the loop's thread. */
    int queue(int index, int kind, int operation, int target, long address, int length, int flags)
            throws IOException {
        int number = ring.queue(operation, target, 0, address, length, flags, BufferRing.GROUP, data(index, kind));
        pending++;
        return number;
    }

    /** Makes an operation that is not submitted do nothing. On the loop's thread. */
    void withdraw(int number) {
        ring.withdraw(number);
    }

    /** Queues the cancellation of all operations of a kind of a channel; they complete with ECANCELED. */
    void cancel(int index, int kind) throws IOException {
        ring.queue(OP_ASYNC_CANCEL, -1, 0, data(index, kind), 0, CANCEL_ALL, 0, NO_OWNER | IGNORED);
    }

    private static long data(int index, int kind) {
        return (long) index << Byte.SIZE | kind;
    }

    private void enable() throws IOException {
        ring.enable();
        buffers = BufferRing.register(ring, BufferRing.COUNT);
        awaitWakeUp();
        enabled = true;
    }

    private void awaitWakeUp() throws IOException {
        ring.queue(OP_POLL_ADD, wakeUpDescriptor(), 0, 0, 0, POLL_IN, 0, NO_OWNER | WAKE_UP);
    }

    @Override
    public int poll(long timeoutMillis, Dispatcher dispatcher) throws IOException {
        if (!enabled) {
            enable();
        }
        ring.submit(timeoutMillis);
        int count = record();
        for (int left = completed.size(); left > 0; left--) {
            completed.remove().dispatch(dispatcher);
        }
        return count;
    }

    /** Records all completions before any is dispatched, so that a channel knows its end with its last bytes. */
    private int record() throws IOException {
        int count = Math.min(ring.available(), MOST_COMPLETIONS);
        boolean woken = false;
        for (int index = 0; index < count; index++) {
            long data = ring.data(index);
            int kind = (int) data & 0xff;
            int owner = (int) (data >> Byte.SIZE);
            if (owner >= 0) {
                pending--;
                owners[owner].completed(kind, ring.result(index), ring.flags(index));
                completed.add(owners[owner]);
            } else {
                woken |= kind == WAKE_UP;
            }
        }
        ring.consume(count);
        if (woken) {
            loopCalls().clear(wakeUpDescriptor());
            awaitWakeUp();
        }
        return count;
    }

    @Override
    protected StreamChannel newChannel(LoopGroup group, NativeSocket socket) {
        return new UringSocketChannel(group, this, socket);
    }

    @Override
    protected ServerChannel newServerChannel(LoopGroup group, NativeSocket socket, boolean inherited) {
        return new UringServerChannel(group, this, socket, inherited);
    }

    /** Waits until the kernel uses no memory of the loop, and frees it. */
    @Override
    protected void free() {
        pipes.close();
        if (ring == null) {
            return;
        }
        boolean isIdle = !enabled || completeAll();
        ring.close(isIdle);
        if (!isIdle) {
            LOG.warn("io_uring has not completed {} operations of an event loop; their memory is not freed", pending);
        }
    }

    private boolean completeAll() {
        try {
            for (int polls = 0; pending > 0 && polls < MOST_LAST_POLLS; polls++) {
                ring.submit(1);
                record();
                while (!completed.isEmpty()) {
                    completed.remove().dispatch(NO_DISPATCHER);
                }
            }
            if (pending == 0) {
                buffers.close();
            }
        } catch (IOException e) {
            LOG.warn("io_uring failed at the end of an event loop: {}", e.getMessage());
        }
        return pending == 0;
    }
}
