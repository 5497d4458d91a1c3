package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.stats.LaneCounter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;

/**
 * Moves bytes in one direction: reads into its one buffer, writes it out, reads again, until the source has finished.
 *
 * <p>On the loop's thread. One operation is pending at any time, until the pump is done. Nothing is read while a write
 * is pending, so a slow reader slows the sender down and costs no more than this buffer.
 */
final class Pump {

    /** Shared by all pumps: an attachment costs nothing, a handler per pump would cost memory per connection. */
    private static final CompletionHandler<Integer, Pump> READ = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, Pump pump) {
            try {
                pump.received(count);
            } catch (Throwable e) { // must not escape: it would end the loop's task and leak the session
                pump.defect(e);
            }
        }

        @Override
        public void failed(Throwable cause, Pump pump) {
            try {
                pump.readFailed(cause);
            } catch (Throwable e) {
                pump.defect(e);
            }
        }
    };

    private static final CompletionHandler<Integer, Pump> READABLE = new CompletionHandler<>() {
        @Override
        public void completed(Integer nothing, Pump pump) {
            try {
                if (!pump.session.ended()) {
                    pump.read();
                }
            } catch (Throwable e) {
                pump.defect(e);
            }
        }

        @Override
        public void failed(Throwable cause, Pump pump) {
            READ.failed(cause, pump);
        }
    };

    private static final CompletionHandler<Integer, Pump> WRITE = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, Pump pump) {
            try {
                pump.written();
            } catch (Throwable e) {
                pump.defect(e);
            }
        }

        @Override
        public void failed(Throwable cause, Pump pump) {
            try {
                pump.writeFailed(cause);
            } catch (Throwable e) {
                pump.defect(e);
            }
        }
    };

    /** About what the kernels of two machines buffer on the way between them. */
    private static final long MOST_DROPPED_BYTES = 4 * 1024 * 1024;

    private final Session session;
    private final Side from;
    private final LoopSocketChannel source;
    private final LoopSocketChannel sink;
    private final LaneCounter total;
    private BufferPool.Buffer buffer;
    private int size;
    private long bytes;
    private long dropped;
    private boolean discarding;
    private boolean done;

    Pump(Session session, Side from, LoopSocketChannel source, LoopSocketChannel sink,
            LaneCounter total) {
        this.session = session;
        this.from = from;
        this.source = source;
        this.sink = sink;
        this.total = total;
        this.size = session.loop().buffers().first();
    }

    /** Waits for what comes next: without a buffer, where the channel offers that. */
    void await() {
        giveBack();
        source.awaitReadable(this, READABLE);
    }

    /** Reads what has come or comes next, into a buffer of the size that now fits. */
    private void read() {
        BufferPool buffers = session.loop().buffers();
        if (buffer == null) {
            buffer = buffers.lend(size);
        } else if (buffer.size() != size) {
            buffers.giveBack(buffer);
            buffer = null;
            buffer = buffers.lend(size);
        } else {
            buffer.bytes().clear();
        }
        source.read(buffer.bytes(), this, READ);
    }

    private void received(int count) {
        if (session.ended()) {
            giveBack();
        } else if (count < 0) {
            finish();
        } else if (discarding) {
            drop(count);
        } else {
            session.moved();
            bytes += count;
            total.add(session.loop().index(), count);
            adapt(count);
            sink.write(buffer.bytes().flip(), this, WRITE);
        }
    }

    /**
     * A client that went away is owed nothing: what was under way is taken from the backend, lest closing resets it,
     * but a download that was cancelled is not fetched to its end. A client, though, may have to send all before it
     * reads why nobody wanted it.
     */
    private void drop(int count) {
        dropped += count;
        session.dropped();
        if (from == Side.BACKEND && dropped >= MOST_DROPPED_BYTES) {
            finish();
        } else {
            adapt(count);
            await();
        }
    }

    /** One step up after a read that filled the buffer, one step down after one that would have fitted a smaller. */
    private void adapt(int count) {
        int present = buffer.size();
        if (count == BufferPool.bytes(present)) {
            size = Math.min(present + 1, BufferPool.SIZES - 1);
        } else if (present > session.loop().buffers().first() && count <= BufferPool.bytes(present - 1)) {
            size = present - 1;
        } else {
            size = present;
        }
    }

    private void written() {
        if (session.ended()) {
            giveBack();
            return;
        }
        session.moved();
        ByteBuffer rest = buffer.bytes();
        if (rest.hasRemaining()) {
            sink.write(rest, this, WRITE);
        } else {
            await();
        }
    }

    /** The source has finished, and all it sent is written: the sink learns it, the other direction goes on. */
    private void finish() {
        giveBack();
        done = true;
        // else the session ends now, and closing says it too; or it was a reset, of which the sink learns as such
        if (!discarding && !session.bothDone() && !session.passesOn(from)) {
            endSink();
        }
        session.finished(from);
    }

    /** Tells the sink that this was all. */
    void endSink() {
        try {
            sink.shutdownOutput();
        } catch (IOException e) { // it broke meanwhile: the other pump will meet the same
            session.debug("half-close", e);
        }
    }

    private void readFailed(Throwable cause) {
        giveBack();
        done = true;
        session.broken(from, cause);
    }

    /**
     * The sink takes no more. What it sent before may still be under way to the source, so the session goes on; what
     * the source sends is dropped, because a socket that is closed with unread data resets, and a reset overtakes what
     * was sent.
     */
    private void writeFailed(Throwable cause) {
        if (session.ended()) {
            giveBack();
            return;
        }
        session.brokenSink(from.other(), cause);
        if (session.ended()) {
            giveBack();
        } else {
            discarding = true;
            await();
        }
    }

    private void defect(Throwable cause) {
        giveBack();
        done = true;
        session.defect(cause);
    }

    private void giveBack() {
        if (buffer != null) {
            session.loop().buffers().giveBack(buffer);
            buffer = null;
        }
    }

    boolean done() {
        return done;
    }

    /** Bytes received from the source. */
    long bytes() {
        return bytes;
    }
}
