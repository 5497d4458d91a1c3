package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A backend that treats every connection with the same script, on a thread each, and notes how it ended. */
final class Server implements Backend, AutoCloseable {

    static final String REGULAR = "regular";

    private static final int BACKLOG = 1024;

    private final ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

    private Server(Script script) throws IOException {
        start(() -> {
            while (!socket.isClosed()) {
                Socket connection = socket.accept();
                start(() -> serve(connection, script));
            }
        });
    }

    static Server running(Script script) throws IOException {
        return new Server(script);
    }

    /** The ends of connections, in order: {@link #REGULAR} or the message of the exception. */
    BlockingQueue<String> endings() {
        return endings;
    }

    private void serve(Socket connection, Script script) throws IOException {
        try (connection) {
            script.run(connection);
            endings.add(REGULAR);
        } catch (IOException e) {
            endings.add(e.getMessage());
        }
    }

    private void start(Step step) {
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
    public String name() {
        return address().toString();
    }

    @Override
    public SocketAddress address() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public int activeConnections() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What the server does with a connection before it closes it. */
    @FunctionalInterface
    interface Script {
        void run(Socket connection) throws IOException;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
