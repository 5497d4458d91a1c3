package io.apexproxy.api.testkit;

import io.apexproxy.api.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A backend that refuses connections. A bound socket that does not listen keeps other processes from using the port.
 */
public final class RefusedPort implements AutoCloseable {

    private final Socket socket = new Socket();

    /** Binds a free port. */
    public RefusedPort() throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Returns the port as a backend. */
    public Backend backend() {
        return FakeBackend.at(socket.getLocalSocketAddress());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
