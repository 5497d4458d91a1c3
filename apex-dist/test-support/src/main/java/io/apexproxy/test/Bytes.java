package io.apexproxy.test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;

/** Blocking I/O for clients and backends, and reproducible byte sequences. */
public final class Bytes {

    /** Bytes of a kibibyte. */
    public static final int KIB = 1024;
    /** Bytes of a mebibyte. */
    public static final int MIB = 1024 * KIB;

    private static final int SEED = 42;
    private static final int PIECE = 64 * KIB;
    /** Long enough for a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Bytes() {
    }

    /** An action of a test that can throw {@link IOException}. */
    @FunctionalInterface
    public interface Action<T> {

        /** Runs the action and returns its result. */
        T run() throws IOException;
    }

    /** Runs an action on a new thread. */
    public static <T> CompletableFuture<T> async(Action<T> action) {
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

    /** Waits for a result, at most 30 s. Throws {@link AssertionError} if the action has failed or not ended. */
    public static <T> T get(CompletableFuture<T> future) {
        return get(future, PATIENCE);
    }

    /** Waits for a result, at most the timeout. Throws {@link AssertionError} if the action has failed or not ended. */
    public static <T> T get(CompletableFuture<T> future, Duration timeout) {
        try {
            return future.get(timeout.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("expected a result", e);
        }
    }

    /** Sends the first bytes of a fixed pseudo-random sequence and returns their checksum. */
    public static long send(long count, OutputStream out) throws IOException {
        Random random = new Random(SEED);
        CRC32 checksum = new CRC32();
        byte[] piece = new byte[PIECE];
        for (long left = count; left > 0; left -= piece.length) {
            random.nextBytes(piece);
            int length = (int) Math.min(left, piece.length);
            out.write(piece, 0, length);
            checksum.update(piece, 0, length);
        }
        return checksum.getValue();
    }

    /** Reads until EOF and returns the checksum. */
    public static long checksum(InputStream in) throws IOException {
        return checksum(in, 0);
    }

    /** Reads until EOF, with a pause before each read, and returns the checksum. A read has at most 64 KiB. */
    public static long checksum(InputStream in, int pauseMillis) throws IOException {
        CRC32 checksum = new CRC32();
        byte[] piece = new byte[PIECE];
        for (int count = 0; count >= 0; count = in.read(piece)) {
            checksum.update(piece, 0, count);
            pause(pauseMillis);
        }
        return checksum.getValue();
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends one byte and returns the next received one; -1: EOF. */
    public static int ping(Socket socket) throws IOException {
        socket.getOutputStream().write('p');
        return socket.getInputStream().read();
    }

    /** Asserts that the next read fails because the peer has reset the connection. */
    public static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /** Closes a connection with a reset, as the kernel does for a process that exits with unread data. */
    public static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
