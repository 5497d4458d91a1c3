package io.apexproxy.runtime.engine;

import java.io.IOException;
import java.nio.channels.CompletionHandler;

/**
 * A direction between two channels of a loop whose bytes the kernel moves, without a copy to the memory of the process.
 *
 * <p>The bytes pass through a pipe of the kernel. {@link #receive} takes a pipe from those of the loop, and
 * {@link #release} returns it. On the loop's thread only. A caller uses either a splice or reads and writes at a time.
 */
public interface Splice {

    /** The result of {@link #receive} if the loop has no free pipe: the caller reads into a buffer instead. */
    int NO_PIPE = -2;

    /** The result of {@link #receive} if the caller has to read into a buffer next, for example at an urgent byte. */
    int READ_FIRST = -3;

    /**
     * Moves bytes from the source to the pipe, which must be empty. Does not wait.
     *
     * @return the number of bytes, 0 if there are none yet, -1 at the end of the stream, {@link #NO_PIPE} or
     *     {@link #READ_FIRST}
     */
    int receive() throws IOException;

    /**
     * Moves bytes from the pipe to the sink, as many as its send buffer takes. Does not wait.
     *
     * @return the number of bytes
     */
    int send() throws IOException;

    /** Returns the number of bytes in the pipe. */
    int held();

    /**
     * Waits until the sink has room, and then completes with 0. At most one write or one such wait is pending at a
     * time.
     *
     * @param attachment passed to the handler
     * @param handler called on the loop's thread
     */
    <A> void awaitRoom(A attachment, CompletionHandler<Integer, ? super A> handler);

    /** Returns the pipe to the loop. Bytes in it are discarded. */
    void release();
}
