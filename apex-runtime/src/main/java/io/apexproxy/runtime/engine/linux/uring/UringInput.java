package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.Splice;
import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.splice.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The incoming direction of a channel. A wait for bytes is a receive into a buffer of the kernel's choice, whose bytes
 * the next read copies. The read takes what the receive has left with a system call, so that the end of the stream is
 * known with the last bytes. On the loop's thread only.
 */
final class UringInput {
    /** The kinds of its operations. */
    static final int RECEIVE = 1;
    static final int POLL = 2;

    private static final int POLL_IN = 1;
    /** A flag of a completion: its upper half is the number of the buffer with received bytes. */
    private static final int HAS_BUFFER = 1;
    /** A flag of a completion: the receive has left bytes, or the end of the stream. */
    private static final int MORE = 1 << 2;

    private final Operations operations;
    private final int descriptor;
    /** The kind of the operation that waits for bytes; 0 if there is none. */
    private int waiting;
    /** The buffer with received bytes; -1 if there is none. */
    private int buffer = -1;
    private int offset;
    private int length;
    /** Whether the end of the stream follows the received bytes. */
    private boolean ended;
    /** The error that follows the received bytes; 0 if there is none. */
    private int failure;
    /** Whether a system call has a result: the kernel had no buffer, or has left bytes or the end of the stream. */
    private boolean readable;
    /** Whether the last bytes were spliced, so that the next wait needs no buffer. */
    private boolean spliced;
    /** Whether the kernel has reported bytes, which no splice has moved since. */
    private boolean polled;

    UringInput(Operations operations, int descriptor) {
        this.operations = operations;
        this.descriptor = descriptor;
    }

    /** Returns whether a receive has a result now. */
    boolean hasResult() {
        return buffer >= 0 || ended || failure != 0 || readable;
    }

    /** Returns whether all bytes are received, and the end of the stream follows. */
    boolean isEndKnown() {
        return ended && buffer < 0;
    }

    /** Waits for bytes, the end of the stream or an error. */
    void await() throws IOException {
        if (waiting != 0) {
            return;
        }
        if (spliced) {
            poll();
        } else {
            waiting = RECEIVE;
            operations.queue(RECEIVE, UringTransport.OP_RECEIVE | UringTransport.SELECT_BUFFER, 0, 0, 0);
        }
    }

    private void poll() throws IOException {
        waiting = POLL;
        operations.queue(POLL, UringTransport.OP_POLL_ADD, 0, 0, POLL_IN);
    }

    /**
     * Receives bytes.
     *
     * @param target has room
     * @return the number of bytes, 0 if there are none yet, or -1 at the end of the stream
     */
    int receive(ByteBuffer target) throws IOException {
        spliced = false;
        int count = buffer >= 0 ? take(target) : 0;
        if (readable && buffer < 0 && target.hasRemaining()) {
            count += readDirectly(target);
        }
        if (count > 0) {
            return count;
        }
        if (failure != 0) {
            int errno = failure;
            failure = 0;
            ended = true; // the kernel reports an error once
            throw Errno.readFailure(errno);
        }
        return ended ? -1 : 0;
    }

    private int take(ByteBuffer target) {
        int count = Math.min(length, target.remaining());
        operations.transport().buffers().copy(buffer, offset, count, target);
        offset += count;
        length -= count;
        if (length == 0) {
            releaseBuffer();
        }
        return count;
    }

    /** Reads with a system call; records an end or an error. */
    private int readDirectly(ByteBuffer target) {
        int count = operations.transport().loopCalls().read(descriptor, target);
        readable = count > 0 && !target.hasRemaining();
        if (count == 0) {
            ended = true;
        } else if (count < 0 && count != -Errno.EAGAIN) {
            failure = -count;
        }
        return Math.max(0, count);
    }

    /**
     * Moves bytes to an empty pipe.
     *
     * @return the number of bytes, 0 if there are none yet, -1 at the end of the stream, or {@link Splice#READ_FIRST}
     */
    int receiveInto(Pipe pipe, int most) throws IOException {
        if (ended) {
            return -1;
        }
        if (waiting != 0 || buffer >= 0 || failure != 0) {
            return Splice.READ_FIRST;
        }
        int count = pipe.receive(operations.transport().loopCalls(), descriptor, most);
        if (count == 0 || (count < 0 && polled)) { // the end, or an urgent byte, which only a read passes
            readable = true;
            polled = false;
            return Splice.READ_FIRST;
        }
        spliced = true;
        polled = false;
        readable = count > 0;
        return Math.max(0, count);
    }

    /**
     * Records a completion.
     *
     * @param kind the kind of the operation
     * @param result the result of the system call, or the negated error number
     * @param flags the flags of the completion
     * @return whether a receive has a result now
     */
    boolean completed(int kind, int result, int flags) throws IOException {
        if (kind == POLL) {
            waiting = 0;
            readable = true;
            polled = true;
            return true;
        }
        readable = result > 0 && (flags & MORE) != 0;
        if ((flags & HAS_BUFFER) != 0) {
            buffer = flags >>> Short.SIZE;
            offset = 0;
            length = Math.max(0, result);
            if (length == 0) {
                releaseBuffer();
            }
        }
        if (result == -Errno.ENOBUFS) { // the next read is a system call
            poll();
            return false;
        }
        waiting = 0;
        ended |= result == 0;
        if (result < 0 && result != -Errno.ECANCELED) {
            failure = -result;
        }
        return result != -Errno.ECANCELED;
    }

    /** Cancels the wait. */
    void cancel() {
        if (waiting != 0) {
            operations.cancel(waiting);
        }
    }

    /** Returns the buffer to the kernel; its bytes are discarded. */
    void releaseBuffer() {
        if (buffer >= 0) {
            operations.transport().buffers().giveBack(buffer);
            buffer = -1;
        }
    }
}
