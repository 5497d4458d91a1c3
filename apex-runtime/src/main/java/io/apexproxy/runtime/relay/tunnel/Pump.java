package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.buffer.Buffer;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.stats.LaneCounter;
import java.nio.ByteBuffer;

/**
 * Moves bytes in one direction: reads into its one buffer, writes it, reads again, until the source has finished.
 *
 * <p>On the loop's thread only. One operation is pending at any time, until the pump is done or the tunnel has ended.
 * Nothing is read while a write is pending, so a slow reader slows the sender down. While it waits for bytes, the pump
 * holds no buffer. While it waits for its sink, it holds what is left to write, in the smallest buffer that fits.
 */
final class Pump implements Runnable {

    /** About what the kernels of two machines buffer on the way between them. */
    private static final int MOST_DISCARDED_BYTES = 4 * 1024 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Tunnel tunnel;
    private final RelayLoop loop;
    private final Side from;
    private final LoopSocketChannel source;
    private final LoopSocketChannel sink;
    private final LaneCounter total;
    private int readSize = ReadSize.FIRST;
    private Buffer buffer;
    /** What is written before anything is read; null if there is nothing, or it is written. */
    private ByteBuffer first;
    private boolean sinkBlocked;
    /** Whether the sink was blocked by the last write that is complete. */
    private boolean sinkWasBlocked;
    private boolean writingLast;
    private long bytes;
    private int discarded;

    Pump(Tunnel tunnel, RelayLoop loop, Side from, LoopSocketChannel source, LoopSocketChannel sink,
            LaneCounter total) {
        this.tunnel = tunnel;
        this.loop = loop;
        this.from = from;
        this.source = source;
        this.sink = sink;
        this.total = total;
    }

    /**
     * Begins with bytes that are there already.
     *
     * @param prologue is written before everything else, and does not count as relayed
     * @param readAhead what an earlier stage has read from the source
     */
    void begin(ByteBuffer prologue, ByteBuffer readAhead) {
        if (!prologue.hasRemaining() && !readAhead.hasRemaining()) {
            await();
            return;
        }
        count(readAhead.remaining());
        first = ByteBuffer.allocate(prologue.remaining() + readAhead.remaining()).put(prologue).put(readAhead).flip();
        write();
    }

    /** Waits for bytes, without a buffer. */
    void await() {
        release();
        source.awaitReadable(this, PumpHandlers.READABLE);
    }

    /** The source has bytes, or has ended. A sink that does not keep up waits while memory is scarce. */
    void readable() {
        if (tunnel.hasEnded()) {
            return;
        }
        if (sinkWasBlocked && loop.buffers().isMemoryExhausted()) {
            loop.awaitMemory(this);
        } else {
            read();
        }
    }

    /** Memory was scarce, and this is the pump's turn. */
    @Override
    public void run() {
        try {
            if (!tunnel.hasEnded()) {
                read();
            }
        } catch (Throwable e) {
            defect(e);
        }
    }

    private void read() {
        buffer = loop.buffers().lend(ReadSize.next(readSize));
        source.read(buffer.bytes(), this, PumpHandlers.READ);
    }

    void received(int count) {
        if (tunnel.hasEnded()) {
            release();
        } else if (count < 0) {
            finish();
        } else if (tunnel.discards(from)) {
            discard(count);
        } else {
            tunnel.moved();
            count(count);
            readSize = ReadSize.adapt(readSize, count, buffer.size(), !sinkWasBlocked, bytes);
            buffer.bytes().flip();
            write();
        }
    }

    private void count(int received) {
        bytes += received;
        total.add(loop.index(), received);
    }

    /**
     * After a client disconnects, some of what the backend sends is read and discarded, so that closing does not send a
     * reset; but a download that was cancelled is not read to its end. What a client sends is discarded without a
     * limit, because it may read the answer only after it has sent its request.
     */
    private void discard(int count) {
        tunnel.discarded();
        if (from == Side.BACKEND && (discarded += count) >= MOST_DISCARDED_BYTES) {
            finish();
        } else {
            readSize = ReadSize.adapt(readSize, count, buffer.size(), !sinkWasBlocked, bytes);
            await();
        }
    }

    private ByteBuffer unwritten() {
        return first != null ? first : buffer.bytes();
    }

    private void write() {
        if (first == null && source.isEndKnown() && tunnel.finishesOrderly(from)) {
            writingLast = true;
            sink.writeLast(unwritten(), this, PumpHandlers.WRITE);
        } else {
            writingLast = false;
            sink.write(unwritten(), this, PumpHandlers.WRITE);
        }
    }

    void written(int count) {
        if (tunnel.hasEnded()) {
            release();
            return;
        }
        if (count > 0) {
            tunnel.moved();
        }
        if (unwritten().hasRemaining()) {
            block();
            write();
            return;
        }
        sinkWasBlocked = sinkBlocked;
        first = null;
        if (writingLast) {
            finish();
        } else {
            await();
        }
    }

    /** The sink takes no more for now: keeps the rest in the smallest buffer that holds it. */
    private void block() {
        if (!sinkBlocked) {
            sinkBlocked = true;
            loop.stats().sinkBlocked();
        }
        if (first == null) {
            buffer = loop.buffers().shrink(buffer);
        }
    }

    /** The source has finished, and all it sent is written; or enough of it was discarded. */
    private void finish() {
        release();
        tunnel.finished(from, writingLast);
    }

    /** Half-closes the connection to the sink. */
    void finishSink() {
        sink.writeLast(NOTHING, this, PumpHandlers.FINISH);
    }

    void debug(String operation, Throwable cause) {
        tunnel.debug(operation, cause);
    }

    void readFailed(Throwable cause) {
        release();
        if (!tunnel.hasEnded()) {
            tunnel.debug("reading", cause);
            tunnel.on(TunnelEvent.readFailed(from));
        }
    }

    void writeFailed(Throwable cause) {
        release();
        if (tunnel.hasEnded()) {
            return;
        }
        tunnel.debug("writing", cause);
        tunnel.on(TunnelEvent.writeFailed(from.other()));
        if (!tunnel.hasEnded()) {
            await();
        }
    }

    /**
     * Handles an exception that is thrown where none is expected; it must not reach the loop, which knows no session.
     */
    void defect(Throwable cause) {
        release();
        tunnel.defect(cause);
    }

    private void release() {
        first = null;
        if (sinkBlocked) {
            sinkBlocked = false;
            loop.stats().sinkUnblocked();
        }
        if (buffer != null) {
            loop.buffers().giveBack(buffer);
            buffer = null;
        }
    }

    LoopSocketChannel sink() {
        return sink;
    }

    /** Returns how many bytes were received from the source. */
    long bytes() {
        return bytes;
    }
}
