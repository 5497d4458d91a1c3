package io.apexproxy.runtime.engine.linux.splice;

import io.apexproxy.runtime.engine.linux.Errno;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import java.io.IOException;

/** A pipe of the kernel. On the loop's thread only. */
public final class Pipe {
    private final int readEnd;
    private final int writeEnd;

    private Pipe(int readEnd, int writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /** Opens a pipe; null if the system lacks descriptors or memory. */
    static Pipe open(SystemCalls calls, int bytes) {
        if (calls.pipe() < 0) {
            return null;
        }
        Pipe pipe = new Pipe(calls.optionValue(0), calls.optionValue(1));
        calls.setPipeCapacity(pipe.writeEnd, bytes); // above the limit of the user the pipe keeps a smaller one
        return pipe;
    }

    /**
     * Moves bytes from a TCP socket, without a wait; the pipe must be empty.
     *
     * @param most the most bytes
     * @return the number of bytes, 0 at the end of the stream, or the negated EAGAIN if there are none yet
     */
    public int receive(SystemCalls calls, int socket, int most) throws IOException {
        int count = calls.splice(socket, writeEnd, most);
        if (count < 0 && count != -Errno.EAGAIN) {
            throw Errno.readFailure(-count);
        }
        return count;
    }

    /**
     * Moves bytes to a TCP socket, until all are moved or the send buffer is full.
     *
     * @param held the number of bytes in the pipe
     * @return the number of bytes
     */
    public int send(SystemCalls calls, int socket, int held) throws IOException {
        int sent = 0;
        while (sent < held) {
            int count = calls.splice(readEnd, socket, held - sent);
            if (count == -Errno.EAGAIN) { // a short splice can have other reasons than a full send buffer
                break;
            }
            if (count <= 0) {
                throw Errno.failure(-count);
            }
            sent += count;
        }
        return sent;
    }

    void close(SystemCalls calls) {
        calls.close(readEnd);
        calls.close(writeEnd);
    }
}
