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

/** A client that speaks TCP and nothing else. */
final class Client implements AutoCloseable {

    /** How long nothing must come for a connection to count as silent. */
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

    /** Sends no more, but goes on listening. */
    Client finish() {
        return io(() -> {
            socket.shutdownOutput();
            return this;
        });
    }

    /** Waits for so many bytes; there are fewer if the other side has finished. */
    String read(int length) {
        return io(() -> new String(in().readNBytes(length), StandardCharsets.US_ASCII));
    }

    /** Waits until the other side has finished, and returns all it has sent. */
    String readAll() {
        return io(() -> new String(in().readAllBytes(), StandardCharsets.US_ASCII));
    }

    /** Sends the text to somebody who echoes, and returns what comes back. */
    String echo(String text) {
        return send(text).read(text.length());
    }

    /** Whether nothing comes for a while, not even the end. */
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

    /** Whether something has come that was not read yet. */
    boolean hasBeenAnswered() {
        return io(() -> in().available() > 0);
    }

    /** Leaves without a goodbye. */
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
