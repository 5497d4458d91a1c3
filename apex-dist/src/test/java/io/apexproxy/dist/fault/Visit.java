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

/** One session of a client, who verifies each byte that arrives. For one thread, and used once. */
final class Visit {

    /** How a client behaves. */
    enum Manner {
        /** Sends what it announced, reads the response meanwhile, and waits for the end. */
        ORDINARY,
        /** Announces nothing and half-closes; the response begins then. */
        HALF_CLOSING,
        /** As the first, a few bytes at a time in both directions. */
        CRAWLING,
        /** Resets the connection somewhere in the middle. */
        ABORTING,
        /** Connects and closes, or resets, at once. */
        LEAVING
    }

    /** Lengths are powers of two up to 4 MiB and what lies between: mostly small, a few large. */
    private static final int LENGTH_BITS = 22;
    /** Of a crawling client: bytes of one piece, pieces in a direction, and what its system takes for it meanwhile. */
    private static final int MOST_CRAWLED = 512;
    private static final int CRAWLED_PIECES = 500;
    private static final int SMALL_BUFFER = 4_096;
    /** More than the longest timeout of the proxy: on a machine with nothing to spare, a reset may come as late. */
    private static final int PATIENCE_MILLIS = 2 * (int) ApexProcess.PATIENCE.toMillis();

    private final Door door;
    private final Manner manner;
    private final Random random;
    private final ExecutorService threads;
    private final Pace pace;
    private final Header header;
    private final long requestLength;
    private boolean connected;
    private int backend = Timeline.UNKNOWN;
    private long verified;

    Visit(Door door, Manner manner, Random random, ExecutorService threads) {
        this.door = door;
        this.manner = manner;
        this.random = random;
        this.threads = threads;
        boolean crawls = manner == Manner.CRAWLING;
        this.pace = crawls ? new Pace(1 + random.nextInt(MOST_CRAWLED), 1) : Pace.FULL;
        this.requestLength = anyLength();
        this.header = new Header(random.nextLong(),
                manner == Manner.HALF_CLOSING ? Header.UNTIL_END : requestLength, anyLength());
    }

    /**
     * Goes through all of it.
     *
     * @throws java.net.SocketTimeoutException if nothing came for a long time
     * @throws IOException if the connection ended before it should
     * @throws AssertionError if a byte is wrong
     */
    void run() throws IOException {
        try (var socket = new Socket()) {
            if (manner == Manner.CRAWLING) {
                socket.setReceiveBufferSize(SMALL_BUFFER);
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()), PATIENCE_MILLIS);
            connected = true;
            if (manner == Manner.LEAVING) {
                socket.setSoLinger(random.nextBoolean(), 0);
                return;
            }
            var in = new DataInputStream(socket.getInputStream());
            if (door.greets()) {
                readGreeting(in);
            }
            exchange(socket, in);
        }
    }

    private void exchange(Socket socket, DataInputStream in) throws IOException {
        boolean aborts = manner == Manner.ABORTING;
        long toSend = aborts ? part(requestLength) : requestLength;
        long toRead = aborts ? part(header.response()) : header.response();
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
            if (manner == Manner.HALF_CLOSING) {
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
        if (!door.greets()) {
            backend = (int) in.readLong();
        }
        verify(header.responseStream(), in, length);
    }

    private void readReceipt(DataInputStream in) throws IOException {
        long received = in.readLong();
        if (received != requestLength) {
            throw new AssertionError("the backend received %d of %d bytes in good order, or the receipt is wrong"
                    .formatted(received, requestLength));
        }
        if (in.read() >= 0) {
            throw new AssertionError("wrong: more than the receipt came");
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

    /** Whether the proxy accepted the connection. */
    boolean connected() {
        return connected;
    }

    /** The name of the backend that answered, if any did. */
    int backend() {
        return backend;
    }

    /** Bytes received that were as they should. */
    long verified() {
        return verified;
    }

    @Override
    public String toString() {
        return "%s client of %s, %d bytes there, %d back".formatted(manner, door.name(), requestLength,
                header.response());
    }

    private long part(long length) {
        return (long) (random.nextDouble() * length);
    }

    private long anyLength() {
        return manner == Manner.CRAWLING ? (long) random.nextInt(CRAWLED_PIECES) * pace.piece()
                : (long) Math.pow(2, random.nextDouble() * LENGTH_BITS) - 1;
    }
}
