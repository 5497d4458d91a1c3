package io.apexproxy.dist.promise;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** An address that answers no connect: a listening socket whose queue is full. */
final class SilentAddress implements AutoCloseable {

    /** Most connections until the queue is full; systems queue a few more than the backlog. */
    private static final int MOST = 20;
    private static final int PROOF_MILLIS = 300;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    private final List<Socket> queued = new ArrayList<>();

    SilentAddress() throws IOException {
        for (int i = 0; i < MOST; i++) {
            var socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), PROOF_MILLIS);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new IOException("the queue takes more than " + MOST);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        server.close();
    }
}
