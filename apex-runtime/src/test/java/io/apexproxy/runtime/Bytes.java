package io.apexproxy.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;

/** Plain blocking input and output for clients and backends, and streams of bytes that can be compared. */
final class Bytes {

    static final int KIB = 1024;
    static final int MIB = 1024 * KIB;
    private static final int SEED = 42;

    private Bytes() {
    }

    /** What a test does: it may fail as input and output do. */
    interface Action<T> {
        T run() throws IOException;
    }

    /** Runs on a thread of its own. */
    static <T> CompletableFuture<T> async(Action<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(action.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }, "test-async");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Waits for it, with patience. */
    static <T> T get(CompletableFuture<T> future) {
        return get(future, TestProxy.PATIENCE);
    }

    /** Waits for it, for so long at most. */
    static <T> T get(CompletableFuture<T> future, Duration patience) {
        try {
            return future.get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("expected a result", e);
        }
    }

    /** Sends the first bytes of an endless sequence that is always the same; returns their checksum. */
    static long send(long count, OutputStream out) throws IOException {
        Random random = new Random(SEED);
        CRC32 checksum = new CRC32();
        byte[] piece = new byte[64 * KIB];
        for (long left = count; left > 0; left -= piece.length) {
            random.nextBytes(piece);
            int length = (int) Math.min(left, piece.length);
            out.write(piece, 0, length);
            checksum.update(piece, 0, length);
        }
        return checksum.getValue();
    }

    /** Reads to the end; returns the checksum. */
    static long checksum(InputStream in) throws IOException {
        CRC32 checksum = new CRC32();
        byte[] piece = new byte[64 * KIB];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            checksum.update(piece, 0, count);
        }
        return checksum.getValue();
    }

    /** Sends one byte and waits for one. */
    static int ping(Socket socket) throws IOException {
        socket.getOutputStream().write('p');
        return socket.getInputStream().read();
    }

    /** Ends a connection as a process that dies without reading does: the other side is reset. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
