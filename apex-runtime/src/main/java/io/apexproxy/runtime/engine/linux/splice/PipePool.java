package io.apexproxy.runtime.engine.linux.splice;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.linux.SystemCalls;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/** The pipes of a loop: a bounded number, of which some stay open for the next transfer. On the loop's thread only. */
public final class PipePool {
    /**
     * The capacity of a pipe: room for {@link PipeSplice#STEP_BYTES} in pages that are not full. The kernel grants up
     * to fs.pipe-max-size, 1 MiB by default. See pipe(7).
     */
    private static final int PIPE_BYTES = 1024 * 1024;

    /** Pipes that no transfer has needed for this time are closed. */
    private static final long TRIM_MILLIS = 1_000;

    private final SystemCalls calls;
    private final int most;
    private final ArrayDeque<Pipe> free = new ArrayDeque<>();
    private int open;
    /** The least number of free pipes since the last trim. */
    private int leastFree;
    private boolean trimScheduled;

    /**
     * Creates a pool without pipes.
     *
     * @param most the most open pipes
     */
    public PipePool(SystemCalls calls, int most) {
        this.calls = calls;
        this.most = most;
    }

    /** Returns whether the pool can have pipes at all. */
    public boolean isUsable() {
        return most > 0;
    }

    /** Lends an empty pipe; null if all are lent, or the system lacks descriptors or memory. */
    Pipe lend() {
        Pipe pipe = free.poll();
        leastFree = Math.min(leastFree, free.size());
        if (pipe == null && open < most) {
            pipe = Pipe.open(calls, PIPE_BYTES);
            open += pipe == null ? 0 : 1;
        }
        return pipe;
    }

    /**
     * Returns a pipe. One that is not empty is closed, so that its bytes reach no other connection.
     *
     * @param loop the loop of the pool
     */
    void release(Pipe pipe, boolean isEmpty, Loop loop) {
        if (isEmpty) {
            free.push(pipe);
            scheduleTrim(loop);
        } else {
            close(pipe);
        }
    }

    private void scheduleTrim(Loop loop) {
        if (!trimScheduled && !free.isEmpty()) {
            trimScheduled = true;
            try {
                loop.schedule(() -> trim(loop), TRIM_MILLIS);
            } catch (RejectedExecutionException e) { // the loop ends and closes all pipes
                trimScheduled = false;
            }
        }
    }

    private void trim(Loop loop) {
        trimScheduled = false;
        for (int left = leastFree; left > 0; left--) {
            close(free.removeLast());
        }
        leastFree = free.size();
        scheduleTrim(loop);
    }

    private void close(Pipe pipe) {
        pipe.close(calls);
        open--;
    }

    /** Closes the free pipes. */
    public void close() {
        while (!free.isEmpty()) {
            close(free.pop());
        }
    }
}
