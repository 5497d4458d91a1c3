package io.apexproxy.runtime.engine.linux.splice;

import java.io.IOException;
import java.nio.channels.CompletionHandler;

/** A TCP channel whose bytes can be spliced. On the loop's thread only. */
public interface SpliceEnd {

    /**
     * Moves bytes to an empty pipe.
     *
     * @param most the most bytes
     * @return the number of bytes, 0 if there are none yet, -1 at the end of the stream, or
     *     {@link io.apexproxy.runtime.engine.Splice#READ_FIRST}
     */
    int receiveInto(Pipe pipe, int most) throws IOException;

    /**
     * Moves bytes from a pipe, as many as the send buffer takes.
     *
     * @param held the number of bytes in the pipe
     * @return the number of bytes
     */
    int sendFrom(Pipe pipe, int held) throws IOException;

    /** Waits until the send buffer has room, after {@link #sendFrom}; then completes with 0. */
    <A> void awaitWritable(A attachment, CompletionHandler<Integer, ? super A> handler);
}
