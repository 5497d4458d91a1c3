package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;

/** A parser for the first bytes of a connection. Pure: no channel, no clock. */
public interface FirstBytesReader {

    /** The maximum number of bytes that a reader can require; a reader refuses a connection that needs more. */
    int MAX_BYTES = 64 * 1024;

    /** The result for the bytes received so far. */
    sealed interface Result permits NeedMore, Answer, Done, Refused {
    }

    /** The bytes are incomplete. */
    record NeedMore() implements Result {
    }

    /**
     * A request is complete that is answered in place of a backend.
     *
     * @param consumed the number of leading bytes to remove
     * @param answer the bytes to write to the client before it is read again
     * @param isDone whether the reader needs no further bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // a constant, which only the stage reads
    record Answer(int consumed, byte[] answer, boolean isDone) implements Result {
    }

    /**
     * The bytes are complete.
     *
     * @param consumed the number of leading bytes to remove; 0 if all bytes are passed on
     */
    record Done(int consumed) implements Result {
    }

    /**
     * The bytes are invalid, so the connection is refused.
     *
     * @param cause the cause for the log and the metrics
     */
    record Refused(Cause cause) implements Result {
    }

    /**
     * Reads all bytes received so far that earlier readers have not consumed. Called again with more bytes after
     * {@link NeedMore}, and after an {@link Answer} that is not the last.
     *
     * @param bytes the bytes from position to limit; the reader must change neither
     */
    Result read(ByteBuffer bytes);

    /** Returns the cause of a connection whose stream ends after a part of the required bytes. */
    default Cause incompleteCause() {
        return Cause.CLIENT_CLOSED;
    }
}
