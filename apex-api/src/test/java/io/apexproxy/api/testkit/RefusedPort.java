package io.apexproxy.api.testkit;

import io.apexproxy.api.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A backend that refuses connections: a port that is taken, so that no other process can listen there, but by a
 * socket that does not listen either.
 */
public final class RefusedPort implements AutoCloseable {

    private final Socket socket = new Socket();

    /** Takes a free port. */
    public RefusedPort() throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** The port as a backend. */
    public Backend backend() {
        return FakeBackend.at(socket.getLocalSocketAddress());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
