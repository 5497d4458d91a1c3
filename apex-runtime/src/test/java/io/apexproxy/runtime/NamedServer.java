package io.apexproxy.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that answers each line with its name. It can stop listening and listen again on the same port. */
final class NamedServer implements AutoCloseable {

    private final String name;
    private final HeldPort held;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger conversations = new AtomicInteger();
    private ServerSocket server;
    private Thread acceptor;

    private NamedServer(String name, HeldPort held) {
        this.name = name;
        this.held = held;
        this.server = held.listen();
        accept(server);
    }

    static NamedServer start(String name) {
        return start(name, "127.0.0.1", 0);
    }

    static NamedServer start(String name, String host, int port) {
        return new NamedServer(name, HeldPort.of(host, port));
    }

    private void accept(ServerSocket listener) {
        acceptor = background(() -> {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                background(() -> serve(socket));
            }
        });
    }

    private void serve(Socket socket) throws IOException {
        try (socket; BufferedReader lines = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            boolean first = true;
            while (lines.readLine() != null) {
                if (first) {
                    conversations.incrementAndGet();
                    first = false;
                }
                socket.getOutputStream().write((name + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } finally {
            open.remove(socket);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static Thread background(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                return; // closed by either side
            }
        }, "named-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    String name() {
        return name;
    }

    /** Returns the address in the format of the configuration. */
    String address() {
        return held.address();
    }

    int port() {
        return held.port();
    }

    /** Returns the number of connections with at least one line. Probes send none. */
    int conversations() {
        return conversations.get();
    }

    /** Stops listening. Open connections stay open. */
    void refuse() {
        try {
            server.close();
            acceptor.join(); // the kernel keeps the socket until accept has returned
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void comeBack() {
        server = held.listen();
        accept(server);
    }

    @Override
    public void close() {
        refuse();
        held.close();
        open.forEach(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
