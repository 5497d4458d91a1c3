package io.apexproxy.runtime;

import io.apexproxy.test.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that answers each line with its name. It can stop listening and listen again on the same port. */
final class NamedServer implements AutoCloseable {

    private final String name;
    private final AtomicInteger conversations = new AtomicInteger();
    private final TestServer server;

    private NamedServer(String name, String host, int port) {
        this.name = name;
        this.server = TestServer.at(host, port, this::serve);
    }

    static NamedServer start(String name) {
        return start(name, "127.0.0.1", 0);
    }

    static NamedServer start(String name, String host, int port) {
        return new NamedServer(name, host, port);
    }

    private void serve(Socket socket) throws IOException {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (boolean first = true; lines.readLine() != null; first = false) {
            if (first) {
                conversations.incrementAndGet();
            }
            TestServer.send(socket, name + "\n");
        }
    }

    String name() {
        return name;
    }

    /** Returns the address in the format of the configuration. */
    String address() {
        return server.address();
    }

    int port() {
        return server.port();
    }

    /** Returns the number of connections with at least one line. Probes send none. */
    int conversations() {
        return conversations.get();
    }

    /** Stops listening. Open connections stay open. */
    void refuse() {
        server.refuse();
    }

    void comeBack() {
        server.start();
    }

    @Override
    public void close() {
        server.close();
    }
}
