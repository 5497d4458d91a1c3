package io.apexproxy.runtime.relay.opening;

import io.apexproxy.runtime.buffer.Buffer;
import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage that reads from a client until all readers are done, and secures the connection where the listener
 * terminates TLS, under one deadline. On the loop's thread only.
 *
 * <p>While the stage waits, it holds the received bytes in an array of their size, and no buffer.
 */
public final class Opening implements Stage {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final OpeningOwner owner;
    private final OpeningSteps steps;
    private final RelayLoop loop;
    private final LoopSocketChannel client;
    /** Empty after the last reader. */
    private Optional<FirstBytesReader> reader;
    /** The bytes that are written to the client; empty if none are. */
    private ByteBuffer answer = EMPTY;
    private final LongSupplier timeoutNanos;
    private final long begun;
    private ByteBuffer firstBytes = EMPTY;
    private Buffer buffer;
    /** The handshake that follows the last reader; empty before, and if the listener does not terminate TLS. */
    private Optional<ClientHandshake> handshake = Optional.empty();
    private boolean ended;

    /**
     * Creates the stage; {@link #begin} starts it.
     *
     * @param owner receives the result
     * @param steps the steps after the first reader
     * @param loop the loop of the channel
     * @param client the channel to read from
     * @param first the first reader
     * @param timeoutNanos returns the timeout for all readers together, in nanoseconds; a reload can change it
     */
    public Opening(OpeningOwner owner, OpeningSteps steps, RelayLoop loop, LoopSocketChannel client,
            FirstBytesReader first, LongSupplier timeoutNanos) {
        this.owner = owner;
        this.steps = steps;
        this.loop = loop;
        this.client = client;
        this.reader = Optional.of(first);
        this.timeoutNanos = timeoutNanos;
        this.begun = loop.now();
    }

    /** Starts to read from the client. */
    public void begin() {
        client.awaitReadable(this, OpeningHandlers.READABLE);
    }

    void receive() {
        if (ended) {
            return;
        }
        if (loop.buffers().isMemoryExhausted()) {
            loop.awaitMemory(() -> runGuarded(this::receive));
        } else {
            buffer = loop.buffers().lend(BufferPool.FIRST_SIZE);
            client.read(buffer.bytes(), this, OpeningHandlers.READ);
        }
    }

    void received(int count) {
        if (ended) {
            release();
            return;
        }
        if (count < 0) {
            release();
            end(firstBytes.hasRemaining() ? reader.orElseThrow().incompleteCause() : Cause.CLIENT_CLOSED);
            return;
        }
        ByteBuffer next = buffer.bytes().flip();
        firstBytes = ByteBuffer.allocate(firstBytes.remaining() + next.remaining()).put(firstBytes).put(next).flip();
        release();
        read();
    }

    private void read() {
        while (reader.isPresent()) {
            FirstBytesReader.Result result = reader.get().read(firstBytes);
            if (result instanceof FirstBytesReader.Refused refused) {
                end(refused.cause());
                return;
            }
            if (result instanceof FirstBytesReader.Done done) {
                consume(done.consumed());
                reader = steps.nextReader();
            } else if (result instanceof FirstBytesReader.Answer request) {
                consume(request.consumed());
                if (request.isDone()) {
                    reader = steps.nextReader();
                }
                answer = ByteBuffer.wrap(request.answer());
                client.write(answer, this, OpeningHandlers.WRITTEN);
                return;
            } else if (firstBytes.remaining() >= FirstBytesReader.MAX_BYTES) {
                throw new IllegalStateException(reader.get() + " needs more than " + FirstBytesReader.MAX_BYTES
                        + " bytes");
            } else {
                begin();
                return;
            }
        }
        handshake = steps.handshake();
        if (handshake.isPresent()) {
            handshake.get().begin(this, firstBytes);
            firstBytes = EMPTY;
        } else {
            complete();
        }
    }

    private void complete() {
        ended = true;
        owner.opened(firstBytes);
    }

    void secured() {
        if (!ended) {
            complete();
        }
    }

    void handshakeFailed(Throwable cause) {
        if (!ended) {
            LOG.debug("TLS handshake with a client failed", cause);
            end(cause instanceof SSLException ? Cause.TLS_FAILED : Cause.CLIENT_RESET);
        }
    }

    boolean hasEnded() {
        return ended;
    }

    private void consume(int count) {
        firstBytes.position(firstBytes.position() + count);
    }

    void answered() {
        if (ended) {
            return;
        }
        if (answer.hasRemaining()) {
            client.write(answer, this, OpeningHandlers.WRITTEN);
        } else {
            read();
        }
    }

    /** Handles a failed read from the client or write to it. */
    void transferFailed() {
        release();
        end(Cause.CLIENT_RESET);
    }

    void runGuarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) { // must not reach the loop, which cannot end a session
            release();
            owner.failedUnexpectedly(e);
            end(Cause.INTERNAL_ERROR);
        }
    }

    private void release() {
        if (buffer != null) {
            loop.buffers().release(buffer);
            buffer = null;
        }
    }

    private void end(Cause cause) {
        if (!ended) {
            ended = true;
            LoopSocketChannel channel = handshake.map(ClientHandshake::channel).orElse(client);
            if (cause.isRefusal() && cause != Cause.TLS_FAILED) { // a reset could overtake the alert
                channel.reset();
            } else {
                channel.close();
            }
            owner.openingEnded(cause);
        }
    }

    @Override
    public long expire(long now) {
        if (now >= due()) {
            end(Cause.FIRST_BYTES_TIMEOUT);
        }
        return due();
    }

    @Override
    public long due() {
        return begun + timeoutNanos.getAsLong();
    }

    @Override
    public void abort(Cause cause) {
        end(cause);
    }
}
