package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.RingCalls;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The outgoing direction of a channel. A write is a send of the caller's buffer that does not wait: the kernel uses the
 * buffer only while the operation is submitted. On the loop's thread only.
 */
final class UringOutput {
    /** The kinds of its operations. */
    static final int SEND = 3;
    static final int POLL = 4;
    /** The result of {@link #send} if the operation is not complete. */
    static final int PENDING = -2;

    private static final int POLL_OUT = 4;
    private static final int POLL_ERROR_OR_HANG_UP = 0x18;
    private static final int NO_SIGNAL_DONT_WAIT = 0x4040;
    private static final int MORE = 0x8000;

    private final Operations operations;
    private final int descriptor;
    private boolean sending;
    /** The number of the send that is not complete. */
    private int number;
    /** The result of a complete send; null before. */
    private Integer sent;
    private boolean polling;
    private boolean failed;

    UringOutput(Operations operations, int descriptor) {
        this.operations = operations;
        this.descriptor = descriptor;
    }

    /** Waits until the send buffer has room, or a connect has a result. A send that is not complete needs no wait. */
    void await() throws IOException {
        if (!sending && sent == null && !polling) {
            polling = true;
            operations.queue(POLL, UringTransport.OP_POLL_ADD, 0, 0, POLL_OUT);
        }
    }

    /** Returns whether a send is complete, whose result the next {@link #send} returns. */
    boolean hasResult() {
        return sent != null;
    }

    /** Returns whether the kernel can use the buffer of a send. */
    boolean isSending() {
        return sending;
    }

    /**
     * Sends as many bytes as the send buffer takes, or returns the result of the send before.
     *
     * @param source has bytes, the same ones until the result is known
     * @param last whether a half-close follows
     * @return the number of bytes, or {@link #PENDING}
     */
    int send(ByteBuffer source, boolean last) throws IOException {
        if (sent != null) {
            int count = count(sent);
            sent = null;
            source.position(source.position() + count);
            return count;
        }
        if (!source.isDirect()) { // its bytes have no address
            return count(operations.transport().loopCalls().send(descriptor, source, last));
        }
        number = operations.queue(SEND, UringTransport.OP_SEND, RingCalls.address(source), source.remaining(),
                last ? NO_SIGNAL_DONT_WAIT | MORE : NO_SIGNAL_DONT_WAIT);
        sending = true;
        return PENDING;
    }

    private static int count(int result) throws IOException {
        if (result < 0 && result != -Errno.EAGAIN) {
            throw Errno.failure(-result);
        }
        return Math.max(0, result);
    }

    /** Records a completion. */
    void completed(int kind, int result) {
        if (kind == SEND) {
            sending = false;
            sent = result;
        } else {
            polling = false;
            failed = result < 0 || (result & POLL_ERROR_OR_HANG_UP) != 0;
        }
    }

    /** Returns whether the last wait has ended with an error, which a call returns. */
    boolean hasFailed() {
        return failed;
    }

    /** Ends the use of the caller's buffer, and cancels the wait. */
    void cancel() {
        if (sending) {
            operations.withdraw(number);
        }
        if (polling) {
            operations.cancel(POLL);
        }
    }
}
