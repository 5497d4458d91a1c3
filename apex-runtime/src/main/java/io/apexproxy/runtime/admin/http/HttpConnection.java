package io.apexproxy.runtime.admin.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A connection to the endpoint: it carries one request and its answer. Only the server's thread uses it.
 *
 * <p>Each state has a time limit, so that the connections of a state expire in the order in which they entered it.
 */
final class HttpConnection {

    /** What a connection waits for. */
    enum State {
        /** The rest of a request. */
        READING(5),
        /** The renderer. */
        RENDERING(10),
        /** The client, to take the rest of the answer. */
        WRITING(10),
        /**
         * The client's FIN. The answer is complete, but closing a socket with unread bytes sends a RST, and a RST
         * discards an answer that the client has not read.
         */
        LINGERING(1);

        private final long nanos;

        State(int seconds) {
            this.nanos = TimeUnit.SECONDS.toNanos(seconds);
        }
    }

    /** Bytes of one write, which the JDK copies to a buffer outside the heap. */
    private static final int WRITE_BYTES = 64 * 1024;
    private static final int FIRST_BYTES = 256;

    private final SocketChannel channel;
    private byte[] head = {};
    private int length;
    private int scanned;
    private ByteBuffer output = ByteBuffer.allocate(0);
    private boolean lingers = true;
    private State state = State.READING;
    private long deadline;

    /**
     * Creates a connection that waits for its request.
     *
     * @param channel not blocking
     */
    HttpConnection(SocketChannel channel) {
        this.channel = channel;
    }

    State state() {
        return state;
    }

    void enter(State next, long nanoTime) {
        state = next;
        deadline = nanoTime + next.nanos;
    }

    /** Returns how long the state may last; negative or 0 if it has expired. */
    long nanosLeft(long nanoTime) {
        return deadline - nanoTime;
    }

    void await(Selector selector, int operation) throws IOException {
        channel.register(selector, operation, this);
    }

    /** Stops waiting for the client. */
    void awaitNothing(Selector selector) {
        Optional.ofNullable(channel.keyFor(selector)).filter(SelectionKey::isValid)
                .ifPresent(key -> key.interestOps(0));
    }

    /**
     * Reads what has arrived of a request.
     *
     * @param input a buffer to use, of at least the size of a head
     * @return the request; empty if it is not complete
     * @throws EOFException if the client has closed its side before
     */
    Optional<HttpRequest> receive(ByteBuffer input) throws IOException, BadRequestException {
        input.clear();
        int count = channel.read(input);
        if (count < 0) {
            throw new EOFException("closed before the end of a request");
        }
        append(input.flip());
        int end = HttpRequestParser.headEnd(head, scanned, length);
        scanned = length;
        if (end > HttpRequestParser.MAX_HEAD_BYTES || end < 0 && length >= HttpRequestParser.MAX_HEAD_BYTES) {
            throw new BadRequestException(Response.HEAD_TOO_LARGE,
                    "expected a head of at most " + HttpRequestParser.MAX_HEAD_BYTES + " bytes");
        }
        if (end < 0) {
            return Optional.empty();
        }
        HttpRequest request = HttpRequestParser.parse(head, end);
        lingers = length > end || request.hasBody();
        return Optional.of(request);
    }

    private void append(ByteBuffer input) {
        int wanted = length + input.remaining();
        if (wanted > head.length) {
            head = Arrays.copyOf(head, Math.max(wanted, Math.max(FIRST_BYTES, 2 * head.length)));
        }
        input.get(head, length, input.remaining());
        length = wanted;
    }

    void answer(ByteBuffer bytes) {
        head = new byte[0];
        output = bytes;
    }

    /** Writes what the client takes; returns whether the answer is complete. */
    boolean write() throws IOException {
        while (output.hasRemaining()) {
            ByteBuffer piece = output.slice(output.position(), Math.min(WRITE_BYTES, output.remaining()));
            int count = channel.write(piece);
            output.position(output.position() + count);
            if (piece.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    /** Ends the answer; returns whether the socket can be closed at once. */
    boolean finish() throws IOException {
        output = ByteBuffer.allocate(0);
        if (lingers) {
            channel.shutdownOutput();
        }
        return !lingers;
    }

    /** Discards what the client sends after its request; returns whether it has closed its side. */
    boolean discard(ByteBuffer input) throws IOException {
        return channel.read(input.clear()) < 0;
    }

    void close() throws IOException {
        channel.close();
    }
}
