package io.apexproxy.dist.fault;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;

/** A session of a client that verifies each received byte. For one thread and one run. */
final class VerifiedSession {

    /** The behaviour of a client. */
    enum Behaviour {
        /** Sends the request, reads the response at the same time, and waits for the end of the stream. */
        NORMAL,
        /** Sends a request of unannounced length and half-closes; the response follows. */
        HALF_CLOSING,
        /** Like {@link #NORMAL}, with few bytes at a time in both directions. */
        SLOW,
        /** Resets the connection at a random position. */
        RESETTING,
        /** Closes or resets the connection at once. */
        CLOSING
    }

    /** Lengths are up to 4 MiB, distributed evenly on a logarithmic scale. */
    private static final int LENGTH_BITS = 22;
    /** Most bytes of one piece of a slow client, most pieces per direction, and its receive buffer in bytes. */
    private static final int MOST_SLOW_BYTES = 512;
    private static final int SLOW_PIECES = 500;
    private static final int SMALL_BUFFER = 4_096;
    /** Longer than the longest timeout of the proxy, because a reset can be that late on a busy machine. */
    private static final int PATIENCE_MILLIS = 2 * (int) ApexProcess.PATIENCE.toMillis();

    private final ListenerPort listener;
    private final Behaviour behaviour;
    private final Random random;
    private final ExecutorService threads;
    private final Pace pace;
    private final Header header;
    private final long requestLength;
    private int backend = Timeline.UNKNOWN;
    private long verified;

    VerifiedSession(ListenerPort listener, Behaviour behaviour, Random random, ExecutorService threads) {
        this.listener = listener;
        this.behaviour = behaviour;
        this.random = random;
        this.threads = threads;
        this.pace = behaviour == Behaviour.SLOW ? new Pace(1 + random.nextInt(MOST_SLOW_BYTES), 1) : Pace.FULL;
        this.requestLength = anyLength();
        this.header = new Header(random.nextLong(),
                behaviour == Behaviour.HALF_CLOSING ? Header.UNTIL_END : requestLength, anyLength());
    }

    /**
     * Runs the session.
     *
     * @throws java.net.SocketTimeoutException if a read times out
     * @throws java.net.ConnectException if the proxy does not accept the connection
     * @throws IOException if the connection ends early
     * @throws AssertionError if a byte is wrong
     */
    void run() throws IOException {
        try (var socket = new Socket()) {
            if (behaviour == Behaviour.SLOW) {
                socket.setReceiveBufferSize(SMALL_BUFFER);
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()), PATIENCE_MILLIS);
            if (behaviour == Behaviour.CLOSING) {
                socket.setSoLinger(random.nextBoolean(), 0);
                return;
            }
            var in = new DataInputStream(socket.getInputStream());
            if (listener.greets()) {
                readGreeting(in);
            }
            exchange(socket, in);
        }
    }

    private void exchange(Socket socket, DataInputStream in) throws IOException {
        boolean aborts = behaviour == Behaviour.RESETTING;
        long toSend = aborts ? randomPart(requestLength) : requestLength;
        long toRead = aborts ? randomPart(header.response()) : header.response();
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> send(socket, toSend), threads);
        try {
            readResponse(in, toRead);
            if (aborts) {
                socket.setSoLinger(true, 0);
            } else {
                readReceipt(in);
                sender.join();
            }
        } finally {
            socket.close();
            sender.exceptionally(broken -> null).join();
        }
    }

    private void send(Socket socket, long length) {
        try {
            OutputStream out = socket.getOutputStream();
            header.write(out);
            RandomStream request = header.requestStream();
            while (request.position() < length) {
                byte[] piece = new byte[(int) Math.min(pace.piece(), length - request.position())];
                request.fill(piece, piece.length);
                out.write(piece);
                pace.pause();
            }
            if (behaviour == Behaviour.HALF_CLOSING) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private void readGreeting(DataInputStream in) throws IOException {
        backend = (int) in.readLong();
        verify(new RandomStream(in.readLong()), in, in.readLong());
    }

    private void readResponse(DataInputStream in, long length) throws IOException {
        if (!listener.greets()) {
            backend = (int) in.readLong();
        }
        verify(header.responseStream(), in, length);
    }

    private void readReceipt(DataInputStream in) throws IOException {
        long received = in.readLong();
        if (received != requestLength) {
            throw new AssertionError("the backend verified %d of %d bytes, or the receipt is wrong"
                    .formatted(received, requestLength));
        }
        if (in.read() >= 0) {
            throw new AssertionError("wrong: bytes after the receipt");
        }
    }

    private void verify(RandomStream stream, DataInputStream in, long length) throws IOException {
        try {
            stream.verify(in, length, pace);
        } finally {
            verified += stream.position();
        }
        if (stream.position() < length) {
            throw new EOFException("after %d of %d bytes".formatted(stream.position(), length));
        }
    }

    /** Returns the name of the backend that answered; {@link Timeline#UNKNOWN} if none did. */
    int backend() {
        return backend;
    }

    /** Returns the number of verified bytes. */
    long verified() {
        return verified;
    }

    @Override
    public String toString() {
        return "%s client of %s, %d bytes there, %d back".formatted(behaviour, listener.name(), requestLength,
                header.response());
    }

    private long randomPart(long length) {
        return (long) (random.nextDouble() * length);
    }

    private long anyLength() {
        return behaviour == Behaviour.SLOW ? (long) random.nextInt(SLOW_PIECES) * pace.piece()
                : (long) Math.pow(2, random.nextDouble() * LENGTH_BITS) - 1;
    }
}
