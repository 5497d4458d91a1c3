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
 * A backend that answers nothing, not even a refusal: a listener that accepts nothing and whose backlog is full.
 * Linux drops what knocks; elsewhere it may be refused.
 */
public final class BlackHole implements AutoCloseable {

    /** Within this a loopback connection would be made, in milliseconds. */
    private static final int KNOCK_TIMEOUT = 500;
    private static final int MORE_THAN_ANY_BACKLOG_OF_ONE = 100;

    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> waiting = new ArrayList<>();

    /** Fills the backlog. */
    public BlackHole() throws IOException {
        while (knock()) {
            if (waiting.size() > MORE_THAN_ANY_BACKLOG_OF_ONE) {
                throw new IOException("the backlog does not fill up");
            }
        }
    }

    /** The listener as a backend. */
    public Backend backend() {
        return FakeBackend.at(socket.getLocalSocketAddress());
    }

    /** The listener's address as the configuration writes it. */
    public String address() {
        return socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    private boolean knock() throws IOException {
        Socket client = new Socket();
        waiting.add(client);
        try {
            client.connect(socket.getLocalSocketAddress(), KNOCK_TIMEOUT);
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
