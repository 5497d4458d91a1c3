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
 * A connection to the endpoint, with one request and its response. Confined to the server's thread.
 *
 * <p>Each state has a time limit, so connections of a state expire in the order in which they entered it.
 */
final class HttpConnection {

    /** The event that a connection waits for, with its time limit in seconds. */
    enum State {
        /** The arrival of the rest of the request. */
        READING(5),
        /** The response of the renderer. */
        RENDERING(10),
        /** Space in the socket for the rest of the response. */
        WRITING(10),
        /**
         * The client's FIN. The response is complete, but closing a socket with unread bytes sends an RST. An RST
         * discards a response that the client has not read.
         */
        LINGERING(1);

        private final long nanos;

        State(int seconds) {
            this.nanos = TimeUnit.SECONDS.toNanos(seconds);
        }
    }

    /** Limit of bytes per write, because the JDK copies them to a buffer outside the heap. */
    private static final int MAX_WRITE_BYTES = 64 * 1024;
    private static final int INITIAL_BYTES = 256;

    private final SocketChannel channel;
    private byte[] head = {};
    private int length;
    private int scanned;
    private ByteBuffer output = ByteBuffer.allocate(0);
    private boolean lingers = true;
    private State state = State.READING;
    private long deadline;

    /** Creates a connection that waits for its request on a non-blocking channel. */
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

    /** Returns the rest of the time limit of the state; 0 or negative if it has expired. */
    long nanosLeft(long nanoTime) {
        return deadline - nanoTime;
    }

    void await(Selector selector, int operation) throws IOException {
        channel.register(selector, operation, this);
    }

    /** Removes the interest in events of the socket. */
    void awaitNothing(Selector selector) {
        Optional.ofNullable(channel.keyFor(selector)).filter(SelectionKey::isValid)
                .ifPresent(key -> key.interestOps(0));
    }

    /**
     * Reads the received bytes of the request.
     *
     * @param input a buffer of at least the size of a head
     * @return the request; empty if it is not complete
     * @throws EOFException if the client sends FIN before the end of the request
     */
    Optional<HttpRequest> receive(ByteBuffer input) throws IOException, BadRequestException {
        input.clear();
        int count = channel.read(input);
        if (count < 0) {
            throw new EOFException("FIN before the end of the request");
        }
        append(input.flip());
        int end = HttpRequestParser.headEnd(head, scanned, length);
        scanned = length;
        if (end > HttpRequestParser.MAX_HEAD_BYTES || (end < 0 && length >= HttpRequestParser.MAX_HEAD_BYTES)) {
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
        int newLength = length + input.remaining();
        if (newLength > head.length) {
            head = Arrays.copyOf(head, Math.max(newLength, Math.max(INITIAL_BYTES, 2 * head.length)));
        }
        input.get(head, length, input.remaining());
        length = newLength;
    }

    void setResponse(ByteBuffer bytes) {
        head = new byte[0];
        output = bytes;
    }

    /** Writes until the socket is full; returns whether the response is complete. */
    boolean write() throws IOException {
        while (output.hasRemaining()) {
            ByteBuffer piece = output.slice(output.position(), Math.min(MAX_WRITE_BYTES, output.remaining()));
            int count = channel.write(piece);
            output.position(output.position() + count);
            if (piece.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    /** Ends the response; returns whether the socket can be closed at once. */
    boolean finish() throws IOException {
        output = ByteBuffer.allocate(0);
        if (lingers) {
            channel.shutdownOutput();
        }
        return !lingers;
    }

    /** Discards bytes that follow the request; returns whether the client has sent FIN. */
    boolean discard(ByteBuffer input) throws IOException {
        return channel.read(input.clear()) < 0;
    }

    void close() throws IOException {
        channel.close();
    }
}
