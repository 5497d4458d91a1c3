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

/** Blocking I/O for clients and backends, and reproducible byte sequences. */
final class Bytes {

    static final int KIB = 1024;
    static final int MIB = 1024 * KIB;
    private static final int SEED = 42;

    private Bytes() {
    }

    /** An action of a test that can throw {@link IOException}. */
    interface Action<T> {
        T run() throws IOException;
    }

    /** Runs an action on a new thread. */
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

    /** Waits for a result, at most {@link TestProxy#PATIENCE}. */
    static <T> T get(CompletableFuture<T> future) {
        return get(future, TestProxy.PATIENCE);
    }

    /** Waits for a result, at most the timeout. */
    static <T> T get(CompletableFuture<T> future, Duration timeout) {
        try {
            return future.get(timeout.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("expected a result", e);
        }
    }

    /** Sends the first bytes of a fixed pseudo-random sequence and returns their checksum. */
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

    /** Reads until EOF and returns the checksum. */
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

    /** Closes a connection with a reset, as the kernel does for a process that exits with unread data. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
