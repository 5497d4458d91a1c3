package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.stats.LaneCounter;
import java.nio.ByteBuffer;

/**
 * One direction of a tunnel: alternates between a read from the source and a write to the sink, with one buffer.
 *
 * <p>On the loop's thread only. Exactly one operation is pending until the pump is done or the tunnel has ended.
 * No read is pending during a write, which gives back-pressure to the sender. A pump that waits for bytes holds no
 * buffer. A pump whose sink is blocked holds the unwritten bytes in the smallest buffer that fits.
 */
final class Pump implements Runnable {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Tunnel tunnel;
    private final RelayLoop loop;
    private final Side from;
    private final LoopSocketChannel source;
    private final LoopSocketChannel sink;
    private final LaneCounter total;
    private int readSize = ReadSize.FIRST;
    private Buffer buffer;
    /** The bytes to write before the first read; null if there are none or after they are written. */
    private ByteBuffer first;
    /** Null before a read that filled a large buffer. */
    private Splicing splicing;
    private boolean sinkBlocked;
    /** Whether the last completed write blocked. */
    private boolean sinkWasBlocked;
    /** Whether the pending or last write half-closes the sink. */
    private boolean writingLast;
    private long bytes;
    private long discarded;

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
     * Starts the pump with bytes that are already available.
     *
     * @param readAhead bytes that an earlier stage has read from the source
     */
    void begin(ByteBuffer readAhead) {
        if (!readAhead.hasRemaining()) {
            if (tunnel.timer() == null) {
                await();
            } else {
                awaitFirst();
            }
            return;
        }
        if (tunnel.timer() != null) {
            tunnel.timer().received(from);
        }
        count(readAhead.remaining());
        first = readAhead;
        write();
    }

    /** Waits until the source is readable, without a buffer. */
    void await() {
        release();
        source.awaitReadable(this, PumpHandlers.READABLE);
    }

    /** Waits for the first bytes of a source whose time is measured. Later reads do not have to check for it. */
    private void awaitFirst() {
        release();
        source.awaitReadable(this, PumpHandlers.FIRST_READABLE);
    }

    void firstReadable() {
        if (!tunnel.hasEnded()) {
            buffer = loop.buffers().lend(ReadSize.sizeOf(readSize));
            source.read(buffer.bytes(), this, PumpHandlers.FIRST_READ);
        }
    }

    void firstReceived(int count) {
        if (count == 0 && !tunnel.hasEnded()) { // a message without bytes of the stream
            awaitFirst();
            return;
        }
        if (count > 0 && !tunnel.hasEnded() && !tunnel.isDiscarding(from)) {
            tunnel.timer().received(from);
        }
        received(count);
    }

    /** Reads from the source. If memory is exhausted and the last write blocked, the read waits for memory. */
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

    /** Reads after a wait for memory. */
    @Override
    public void run() {
        try {
            if (!tunnel.hasEnded()) {
                read();
            }
        } catch (Throwable e) {
            failUnexpectedly(e);
        }
    }

    private void read() {
        if (splicing != null && !tunnel.isDiscarding(from) && splicing.read()) {
            return;
        }
        buffer = loop.buffers().lend(ReadSize.sizeOf(readSize));
        source.read(buffer.bytes(), this, PumpHandlers.READ);
    }

    void received(int count) {
        if (tunnel.hasEnded()) {
            release();
        } else if (count < 0) {
            finishSource();
        } else if (count == 0) { // a message without bytes of the stream
            await();
        } else if (tunnel.isDiscarding(from)) {
            discard(count);
        } else {
            tunnel.recordProgress();
            count(count);
            readSize = ReadSize.adapt(readSize, count, buffer.size(), !sinkWasBlocked, bytes);
            if (count >= Splicing.STARTING_READ) { // before the write, which can complete and read again
                splicing = Splicing.of(this, tunnel, loop, source, sink);
            }
            buffer.bytes().flip();
            write();
        }
    }

    /** Ends the direction at the end of the source. A sink with an end mark gets it first, also before a close. */
    void finishSource() {
        if (sink.hasEndMark() && tunnel.propagatesEnd(from)) {
            buffer.bytes().flip();
            writingLast = true;
            sink.writeLast(buffer.bytes(), this, PumpHandlers.WRITE);
        } else {
            finish();
        }
    }

    void count(int received) {
        bytes += received;
        total.add(loop.index(), received);
    }

    /** Discards bytes, so that a close does not send RST because of unread bytes. */
    private void discard(int count) {
        tunnel.recordDiscard();
        discarded += count;
        if (discarded >= from.maxDiscarded()) {
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
        if (first == null && source.isEndKnown() && tunnel.propagatesEnd(from)) {
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
            tunnel.recordProgress();
        }
        if (unwritten().hasRemaining()) {
            holdUnwritten();
            write();
            return;
        }
        finishWrite();
    }

    /** Reads again after all bytes are written, unless they were the last ones. */
    void finishWrite() {
        sinkWasBlocked = sinkBlocked;
        first = null;
        if (writingLast) {
            finish();
        } else {
            await();
        }
    }

    /** Marks the sink as blocked, and moves the unwritten bytes to the smallest buffer that holds them. */
    private void holdUnwritten() {
        markSinkBlocked();
        if (first == null) {
            buffer = loop.buffers().shrink(buffer);
        }
    }

    void markSinkBlocked() {
        if (!sinkBlocked) {
            sinkBlocked = true;
            loop.stats().sinkBlocked();
        }
    }

    /** Ends the direction: all bytes of the source are written, or enough of them were discarded. */
    private void finish() {
        release();
        tunnel.handle(TunnelEvent.finished(from));
    }

    /** Half-closes the connection to the sink, unless the last write has done so. */
    void halfCloseSink() {
        if (!writingLast) {
            sink.writeLast(EMPTY, this, PumpHandlers.HALF_CLOSE);
        }
    }

    void logFailure(String operation, Throwable cause) {
        tunnel.logFailure(operation, cause);
    }

    void readFailed(Throwable cause) {
        release();
        if (!tunnel.hasEnded()) {
            tunnel.readFailed(from, cause);
        }
    }

    void writeFailed(Throwable cause) {
        release();
        if (tunnel.hasEnded()) {
            return;
        }
        tunnel.logFailure("write", cause);
        tunnel.handle(TunnelEvent.writeFailed(from.other()));
        if (!tunnel.hasEnded()) {
            await();
        }
    }

    /** Ends the tunnel. The exception must not reach the loop, which cannot end a session. */
    void failUnexpectedly(Throwable cause) {
        release();
        tunnel.failUnexpectedly(cause);
    }

    void release() {
        first = null;
        if (sinkBlocked) {
            sinkBlocked = false;
            loop.stats().sinkUnblocked();
        }
        if (buffer != null) {
            loop.buffers().release(buffer);
            buffer = null;
        }
        if (splicing != null) {
            splicing.release();
        }
    }

    /** Returns whether it waits for bytes of the source: it holds none. */
    boolean isWaiting() {
        return buffer == null && first == null && !sinkBlocked;
    }

    LoopSocketChannel sink() {
        return sink;
    }

    /** Returns the number of bytes received from the source. */
    long bytes() {
        return bytes;
    }
}
