package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.ApexProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A plain TCP client. */
final class Client implements AutoCloseable {

    /** Time without received bytes after which a connection counts as silent. */
    private static final int SILENCE_MILLIS = 300;

    private final Socket socket;

    private Client(Socket socket) {
        this.socket = socket;
    }

    static Client to(int port) {
        return io(() -> {
            var socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) ApexProcess.PATIENCE.toMillis());
            return new Client(socket);
        });
    }

    Client send(String text) {
        return io(() -> {
            out().write(text.getBytes(StandardCharsets.US_ASCII));
            return this;
        });
    }

    /** Half-closes the connection. */
    Client halfClose() {
        return io(() -> {
            socket.shutdownOutput();
            return this;
        });
    }

    /** Reads this number of bytes, or fewer at the end of the stream. */
    String read(int length) {
        return io(() -> new String(in().readNBytes(length), StandardCharsets.US_ASCII));
    }

    /** Reads to the end of the stream. */
    String readAll() {
        return io(() -> new String(in().readAllBytes(), StandardCharsets.US_ASCII));
    }

    /** Sends a text and reads the same number of bytes. */
    String echo(String text) {
        return send(text).read(text.length());
    }

    /** Returns whether neither bytes nor the end of the stream arrive for {@link #SILENCE_MILLIS}. */
    boolean isSilent() {
        return io(() -> {
            int patience = socket.getSoTimeout();
            socket.setSoTimeout(SILENCE_MILLIS);
            try {
                in().read();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout(patience);
            }
        });
    }

    /** Returns whether received bytes are unread. */
    boolean hasUnreadBytes() {
        return io(() -> in().available() > 0);
    }

    /** Closes the connection with a reset. */
    void reset() {
        io(() -> {
            socket.setSoLinger(true, 0);
            socket.close();
            return this;
        });
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void close() {
        io(() -> {
            socket.close();
            return this;
        });
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private static <T> T io(Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
