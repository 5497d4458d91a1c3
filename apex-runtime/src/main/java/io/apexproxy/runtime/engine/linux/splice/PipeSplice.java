package io.apexproxy.runtime.engine.linux.splice;

import io.apexproxy.runtime.engine.Splice;
import io.apexproxy.runtime.engine.loop.LoopGroup;
import java.io.IOException;
import java.nio.channels.CompletionHandler;

/** A splice between two TCP channels of one loop. */
public final class PipeSplice implements Splice {
    /** Most bytes that one step moves, so that a turn serves several transfers: about 0.2 ms. */
    static final int STEP_BYTES = 512 * 1024;

    private final SpliceEnd source;
    private final SpliceEnd sink;
    private final PipePool pipes;
    private final LoopGroup loop;
    /** Null if this splice has no pipe. */
    private Pipe pipe;
    private int held;

    /** Creates a splice between two channels of the loop, without a pipe. */
    public PipeSplice(SpliceEnd source, SpliceEnd sink, PipePool pipes, LoopGroup loop) {
        this.source = source;
        this.sink = sink;
        this.pipes = pipes;
        this.loop = loop;
    }

    @Override
    public int receive() throws IOException {
        if (pipe == null) {
            pipe = pipes.lend();
            if (pipe == null) {
                return NO_PIPE;
            }
        }
        int count = source.receiveInto(pipe, STEP_BYTES);
        held = Math.max(0, count);
        if (count == READ_FIRST) { // the caller reads, which can take long
            release();
        }
        return count;
    }

    @Override
    public int send() throws IOException {
        int count = sink.sendFrom(pipe, held);
        held -= count;
        return count;
    }

    @Override
    public int held() {
        return held;
    }

    @Override
    public <A> void awaitRoom(A attachment, CompletionHandler<Integer, ? super A> handler) {
        sink.awaitWritable(attachment, handler);
    }

    @Override
    public void release() {
        if (pipe != null) {
            pipes.release(pipe, held == 0, loop);
            pipe = null;
            held = 0;
        }
    }
}
