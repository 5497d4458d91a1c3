package io.apexproxy.api.testkit;

import io.apexproxy.api.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that runs a script for every connection, each on its own thread, and records how the connection ended. */
public final class FakeServer implements AutoCloseable {

    /** The ending of a connection whose script threw no exception. */
    public static final String REGULAR = "regular";

    private static final int BACKLOG = 1024;
    private static final int TIMEOUT_SECONDS = 20;

    private final ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

    private FakeServer(Script script) throws IOException {
        start(() -> {
            while (!socket.isClosed()) {
                Socket connection = socket.accept();
                start(() -> serve(connection, script));
            }
        });
    }

    /** Starts a server on a free port. */
    public static FakeServer running(Script script) {
        try {
            return new FakeServer(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the server as a backend. */
    public Backend backend() {
        return FakeBackend.at(socket.getLocalSocketAddress());
    }

    /** Returns the port of the server. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Waits for the next ending: {@link #REGULAR}, the message of the exception, or "none" after 20 s. */
    public String ending() throws InterruptedException {
        String ending = endings.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return ending == null ? "none" : ending;
    }

    /** Sends text; for use in scripts. */
    public static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads until end of stream; for use in scripts, or as a script. */
    public static void readToEnd(Socket connection) throws IOException {
        connection.getInputStream().readAllBytes();
    }

    private void serve(Socket connection, Script script) throws IOException {
        try (connection) {
            script.run(connection);
            endings.add(REGULAR);
        } catch (IOException e) {
            endings.add(e.getMessage());
        }
    }

    private void start(Script.Step step) {
        Thread thread = new Thread(() -> {
            try {
                step.run();
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The behaviour of the server for one connection; the server closes the connection afterwards. */
    @FunctionalInterface
    public interface Script {

        /** Serves one connection. */
        void run(Socket connection) throws IOException;

        /** An action that can fail. */
        @FunctionalInterface
        interface Step {
            void run() throws IOException;
        }
    }
}
