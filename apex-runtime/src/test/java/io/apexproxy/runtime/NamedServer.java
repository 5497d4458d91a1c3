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

/** A backend that answers each line with its name; lines are counted. It can go away and come back on the same port. */
final class NamedServer implements AutoCloseable {

    private final String name;
    private final HeldPort held;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger conversations = new AtomicInteger();
    private ServerSocket server;
    private Thread accepting;

    private NamedServer(String name, HeldPort held) {
        this.name = name;
        this.held = held;
        this.server = held.listen();
        accepting(server);
    }

    static NamedServer start(String name) {
        return start(name, "127.0.0.1", 0);
    }

    static NamedServer start(String name, String host, int port) {
        return new NamedServer(name, HeldPort.of(host, port));
    }

    private void accepting(ServerSocket listening) {
        accepting = background(() -> {
            while (true) {
                Socket socket = listening.accept();
                open.add(socket);
                background(() -> serve(socket));
            }
        });
    }

    private void serve(Socket socket) throws IOException {
        try (socket; BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream()))) {
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
                return; // closed, by whichever side
            }
        }, "named-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    String name() {
        return name;
    }

    /** As the configuration has it. */
    String address() {
        return held.address();
    }

    int port() {
        return held.port();
    }

    /** Connections on which at least a line came; probes send none. */
    int conversations() {
        return conversations.get();
    }

    /** Refuses connections from now on; those that are open stay. */
    void refuse() {
        try {
            server.close();
            accepting.join(); // until it has returned, the kernel still has the socket
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void comeBack() {
        server = held.listen();
        accepting(server);
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
