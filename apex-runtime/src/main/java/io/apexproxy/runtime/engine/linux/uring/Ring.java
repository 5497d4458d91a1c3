package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.RingCalls;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A ring of io_uring: a queue of submissions and a queue of completions in memory that the kernel shares.
 *
 * <p>The thread that opens the ring enables it on the loop's thread ({@link #enable}), which then is its only user.
 */
final class Ring {
    /** Most operations that are submitted together. */
    static final int ENTRIES = 1024;
    /** Completions that the queue holds. The kernel keeps further ones until there is room. */
    private static final int COMPLETIONS = 8192;

    /**
     * CQSIZE, CLAMP, R_DISABLED, SUBMIT_ALL, COOP_TASKRUN, SINGLE_ISSUER, DEFER_TASKRUN, NO_SQARRAY (Linux 6.6): the
     * kernel completes operations only when the loop enters it, without interrupts.
     */
    private static final int SETUP_FLAGS =
            1 << 3 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 12 | 1 << 13 | 1 << 16;
    private static final int REGISTER_ENABLE_RINGS = 12;
    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 1 << 3;
    private static final long SUBMISSIONS_OFFSET = 0x10000000L;
    private static final int SUBMISSION_BYTES = 64;
    private static final int COMPLETION_BYTES = 16;
    private static final int PARAMETER_BYTES = 120;
    private static final int NOTHING_OPERATION = 0;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS_PER_SECOND = 1_000;

    private final RingCalls calls;
    private final int descriptor;
    private final ByteBuffer queues;
    private final ByteBuffer submissions;
    private final int submissionTailAt;
    private final int submissionMask;
    private final int completionHeadAt;
    private final int completionTailAt;
    private final int completionMask;
    private final int completionsAt;
    /** A {@code struct io_uring_getevents_arg} and, behind it, its {@code struct __kernel_timespec}. */
    private final ByteBuffer timeout = ByteBuffer.allocateDirect(40).order(ByteOrder.nativeOrder());
    private boolean enabled;
    private int tail;
    private int submitted;

    private Ring(RingCalls calls, int descriptor, ByteBuffer parameters, ByteBuffer queues, ByteBuffer submissions) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.queues = queues;
        this.submissions = submissions;
        submissionTailAt = parameters.getInt(44);
        submissionMask = parameters.getInt(0) - 1;
        completionHeadAt = parameters.getInt(80);
        completionTailAt = parameters.getInt(84);
        completionMask = parameters.getInt(4) - 1;
        completionsAt = parameters.getInt(100);
        timeout.putLong(16, RingCalls.address(timeout) + 24);
        timeout.limit(24);
    }

    /** Opens a ring. Any thread. */
    static Ring open(RingCalls calls) throws IOException {
        ByteBuffer parameters = ByteBuffer.allocateDirect(PARAMETER_BYTES).order(ByteOrder.nativeOrder());
        parameters.putInt(8, SETUP_FLAGS).putInt(4, COMPLETIONS);
        int descriptor = calls.setup(ENTRIES, parameters);
        if (descriptor < 0) {
            throw new IOException("io_uring_setup: " + Errno.text(-descriptor));
        }
        long bytes = parameters.getInt(100) + (long) parameters.getInt(4) * COMPLETION_BYTES;
        ByteBuffer queues = calls.map(descriptor, bytes, 0);
        ByteBuffer submissions = queues == null ? null
                : calls.map(descriptor, (long) parameters.getInt(0) * SUBMISSION_BYTES, SUBMISSIONS_OFFSET);
        if (submissions == null) {
            if (queues != null) {
                calls.unmap(queues);
            }
            calls.close(descriptor);
            throw new IOException("the memory of io_uring cannot be mapped");
        }
        return new Ring(calls, descriptor, parameters, queues, submissions);
    }

    // ---- on the loop's thread only

    /** Enables the ring for the calling thread, once. */
    void enable() throws IOException {
        if (enabled) {
            return;
        }
        int result = calls.register(descriptor, REGISTER_ENABLE_RINGS, NOTHING, 0);
        if (result < 0) {
            throw new IOException("io_uring_register: " + Errno.text(-result));
        }
        enabled = true;
    }

    /** Maps memory for buffers; null on failure. {@link #unmap} frees it. */
    ByteBuffer mapBuffers(long bytes) {
        return calls.mapBuffers(bytes);
    }

    void unmap(ByteBuffer memory) {
        calls.unmap(memory);
    }

    int register(int operation, ByteBuffer argument, int count) {
        return calls.register(descriptor, operation, argument, count);
    }

    /**
     * Queues an operation. Memory that it uses must stay reachable until its completion.
     *
     * @param operation one of {@code IORING_OP_*}, and {@code IOSQE_*} from bit 8, and ioprio from bit 16
     * @param operationFlags the flags of the operation
     * @param data returned with the completion
     * @return the number of the operation, for {@link #withdraw}
     */
    int queue(int operation, int target, long offset, long address, int length, int operationFlags, int group,
            long data) throws IOException {
        if (tail - submitted > submissionMask) {
            enter(0, 0);
        }
        int at = (tail++ & submissionMask) * SUBMISSION_BYTES;
        submissions.putInt(at, operation).putInt(at + 4, target).putLong(at + 8, offset).putLong(at + 16, address)
                .putInt(at + 24, length).putInt(at + 28, operationFlags).putLong(at + 32, data)
                .putLong(at + 40, group).putLong(at + 48, 0).putLong(at + 56, 0);
        return tail - 1;
    }

    /** Makes an operation do nothing, unless it is submitted already. It completes in any case. */
    void withdraw(int number) {
        if (number - submitted >= 0) {
            submissions.putInt((number & submissionMask) * SUBMISSION_BYTES, NOTHING_OPERATION);
        }
    }

    /** Submits the queued operations and waits; -1 waits without a timeout, 0 does not wait. */
    void submit(long timeoutMillis) throws IOException {
        boolean waits = timeoutMillis != 0 && available() == 0;
        enter(waits ? 1 : 0, timeoutMillis);
    }

    private void enter(int awaited, long timeoutMillis) throws IOException {
        INT.setRelease(queues, submissionTailAt, tail);
        int flags = ENTER_GETEVENTS;
        ByteBuffer argument = NOTHING;
        if (awaited > 0 && timeoutMillis > 0) {
            timeout.limit(40);
            timeout.putLong(24, timeoutMillis / MILLIS_PER_SECOND)
                    .putLong(32, timeoutMillis % MILLIS_PER_SECOND * NANOS_PER_MILLI);
            timeout.limit(24);
            flags |= ENTER_EXT_ARG;
            argument = timeout;
        }
        int result = calls.enter(descriptor, tail - submitted, awaited, flags, argument);
        if (result >= 0) {
            submitted += result;
        } else if (result != -Errno.EINTR && result != -Errno.ETIME && result != -Errno.EAGAIN
                && result != -Errno.EBUSY) {
            throw new IOException("io_uring_enter: " + Errno.text(-result));
        } else if (result == -Errno.ETIME) {
            submitted = tail; // all are submitted before the wait
        }
    }

    /** Returns the number of completions. */
    int available() {
        return (int) INT.getAcquire(queues, completionTailAt) - queues.getInt(completionHeadAt);
    }

    private int completion(int index) {
        return completionsAt + (queues.getInt(completionHeadAt) + index & completionMask) * COMPLETION_BYTES;
    }

    /** Returns the data of a completion, by its index from the oldest one. */
    long data(int index) {
        return queues.getLong(completion(index));
    }

    /** Returns the result of a completion. */
    int result(int index) {
        return queues.getInt(completion(index) + 8);
    }

    /** Returns the flags of a completion. */
    int flags(int index) {
        return queues.getInt(completion(index) + 12);
    }

    /** Removes the oldest completions. */
    void consume(int count) {
        INT.setRelease(queues, completionHeadAt, queues.getInt(completionHeadAt) + count);
    }

    /**
     * Closes the ring.
     *
     * @param isIdle whether all operations are complete, so that the memory can be freed
     */
    void close(boolean isIdle) {
        calls.close(descriptor);
        if (isIdle) {
            calls.unmap(submissions);
            calls.unmap(queues);
        }
    }
}
