package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.Splice;
import io.apexproxy.runtime.relay.loop.LoopStats;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.io.IOException;
import java.nio.channels.CompletionHandler;

/**
 * The part of a pump that moves bytes by a {@link Splice} instead of a buffer, during a long transfer. On the loop's
 * thread only.
 *
 * <p>A message would cost more calls than with a buffer, so a pump starts to splice after a read that filled a large
 * buffer, and stops after a small step. A pump whose sink is blocked holds its pipe; the bytes in it count as buffer
 * memory.
 */
final class Splicing {
    /** A pump starts to splice after a read of this number of bytes: 64 KiB, the largest buffer of a first transfer. */
    static final int STARTING_READ = BufferPool.bytes(ReadSize.DEFAULT_MAX_SIZE);
    /** A pump stops after a step of fewer bytes: 16 KiB, which a first buffer holds. */
    private static final int SMALL_STEP = BufferPool.bytes(ReadSize.FIRST);

    private static final CompletionHandler<Integer, Splicing> ROOM = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, Splicing splicing) {
            try {
                splicing.room();
            } catch (Throwable e) {
                splicing.pump.failUnexpectedly(e);
            }
        }

        @Override
        public void failed(Throwable cause, Splicing splicing) {
            try {
                splicing.pump.writeFailed(cause);
            } catch (Throwable e) {
                splicing.pump.failUnexpectedly(e);
            }
        }
    };

    private final Pump pump;
    private final Tunnel tunnel;
    private final BufferPool memory;
    private final LoopStats stats;
    private final Splice splice;
    private boolean lastStepWasSmall;
    private boolean usesPipe;
    /** The bytes in the pipe that count as buffer memory. */
    private int counted;

    private Splicing(Pump pump, Tunnel tunnel, RelayLoop loop, Splice splice) {
        this.pump = pump;
        this.tunnel = tunnel;
        this.memory = loop.buffers();
        this.stats = loop.stats();
        this.splice = splice;
    }

    /** Returns the splicing of a pump; null if the channels do not support it. */
    static Splicing of(Pump pump, Tunnel tunnel, RelayLoop loop, LoopSocketChannel source, LoopSocketChannel sink) {
        Splice splice = source.spliceTo(sink);
        return splice == null ? null : new Splicing(pump, tunnel, loop, splice);
    }

    /** Moves bytes from the source to the sink; returns false if the pump must read into a buffer. */
    boolean read() {
        if (lastStepWasSmall) {
            return false;
        }
        int count;
        try {
            count = splice.receive();
        } catch (IOException e) {
            pump.readFailed(e);
            return true;
        }
        if (count == Splice.NO_PIPE || count == Splice.READ_FIRST) {
            if (count == Splice.NO_PIPE) {
                stats.pipeMissing();
            }
            return false;
        }
        takePipe();
        if (count < 0) {
            pump.finishSource();
        } else if (count == 0) {
            pump.await();
        } else {
            lastStepWasSmall = count < SMALL_STEP;
            tunnel.recordProgress();
            pump.count(count);
            write();
        }
        return true;
    }

    /** Moves the bytes of the pipe to the sink, and waits for room if it does not take all. */
    private void write() {
        try {
            if (splice.send() > 0) {
                tunnel.recordProgress();
            }
        } catch (IOException e) {
            pump.writeFailed(e);
            return;
        }
        count(splice.held());
        if (counted > 0) {
            pump.markSinkBlocked();
            splice.awaitRoom(this, ROOM);
        } else {
            pump.finishWrite();
        }
    }

    private void room() {
        if (tunnel.hasEnded()) {
            pump.release();
        } else {
            write();
        }
    }

    private void count(int held) {
        if (held != counted) {
            memory.countHeld(held - counted);
            counted = held;
        }
    }

    private void takePipe() {
        if (!usesPipe) {
            usesPipe = true;
            stats.pipeTaken();
        }
    }

    /** Returns the pipe to the loop. Bytes in it are discarded. */
    void release() {
        count(0);
        splice.release();
        if (usesPipe) {
            usesPipe = false;
            stats.pipeReturned();
        }
    }
}
