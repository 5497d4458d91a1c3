package io.apexproxy.runtime.engine.linux.epoll;

import io.apexproxy.runtime.engine.linux.SystemCalls;

/** A pipe of the kernel. On the loop's thread only. */
final class Pipe {
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

    int readEnd() {
        return readEnd;
    }

    int writeEnd() {
        return writeEnd;
    }

    void close(SystemCalls calls) {
        calls.close(readEnd);
        calls.close(writeEnd);
    }
}
