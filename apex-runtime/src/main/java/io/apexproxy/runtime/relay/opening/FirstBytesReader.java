package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;

/** Reads something that a client sends first. Pure: no channel, no clock. */
public interface FirstBytesReader {

    /** Bytes that may be needed at most; a reader that needs more refuses. */
    int MOST_BYTES = 64 * 1024;

    /** What the bytes so far mean. */
    sealed interface Result permits NeedMore, Done, Refused {
    }

    /** They are a beginning. */
    record NeedMore() implements Result {
    }

    /**
     * They are complete.
     *
     * @param consumed bytes that are not passed on, from the first; 0 if all are
     */
    record Done(int consumed) implements Result {
    }

    /**
     * They cannot be read, so the connection is refused.
     *
     * @param cause goes to the log and the metrics
     */
    record Refused(Cause cause) implements Result {
    }

    /**
     * Reads all bytes received so far that earlier readers have not consumed. Called again with more after
     * {@link NeedMore}.
     *
     * @param bytes from position to limit; neither is to be changed
     */
    Result read(ByteBuffer bytes);
}
