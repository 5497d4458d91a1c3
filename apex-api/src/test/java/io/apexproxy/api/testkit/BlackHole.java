package io.apexproxy.api.testkit;

import io.apexproxy.api.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend that does not respond to connection attempts: its socket does not accept, and its backlog is full. Linux
 * drops further SYN segments; other systems can refuse the connection.
 */
public final class BlackHole implements AutoCloseable {

    /** In milliseconds; longer than a loopback connection takes. */
    private static final int CONNECT_TIMEOUT = 500;
    /** More connections than any system queues for a backlog of 1. */
    private static final int MAX_BACKLOG = 100;

    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> waiting = new ArrayList<>();

    /** Fills the backlog. */
    public BlackHole() throws IOException {
        while (connect()) {
            if (waiting.size() > MAX_BACKLOG) {
                throw new IOException("the backlog does not fill up");
            }
        }
    }

    /** Returns the socket as a backend. */
    public Backend backend() {
        return FakeBackend.at(socket.getLocalSocketAddress());
    }

    /** Returns the address in the form of the configuration. */
    public String address() {
        return socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    private boolean connect() throws IOException {
        Socket client = new Socket();
        waiting.add(client);
        try {
            client.connect(socket.getLocalSocketAddress(), CONNECT_TIMEOUT);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket client : waiting) {
            client.close();
        }
        socket.close();
    }
}
