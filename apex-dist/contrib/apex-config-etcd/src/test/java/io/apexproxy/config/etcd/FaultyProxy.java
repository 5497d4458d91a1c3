package io.apexproxy.config.etcd;

import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP proxy to etcd that can refuse connections, or discard the data of existing ones. */
final class FaultyProxy implements AutoCloseable {

    private final URI target;
    private final TestServer server = TestServer.serving(this::forward);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> discarding = ConcurrentHashMap.newKeySet();

    private FaultyProxy(URI target) {
        this.target = target;
    }

    static FaultyProxy to(String endpoint) {
        return new FaultyProxy(URI.create(endpoint));
    }

    String endpoint() {
        return "http://" + server.address();
    }

    void disconnect() {
        server.stop();
    }

    void restore() {
        server.start();
    }

    /** Discards the data of existing connections, like a firewall that has lost its state. */
    void discardData() {
        discarding.addAll(sockets);
    }

    private void forward(Socket client) throws IOException {
        try (Socket etcd = new Socket(target.getHost(), target.getPort())) {
            sockets.add(client);
            sockets.add(etcd);
            Bytes.async(() -> {
                try (client) {
                    copy(etcd, client);
                }
                return null;
            });
            copy(client, etcd);
        }
    }

    private void copy(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            if (!discarding.contains(from)) {
                out.write(buffer, 0, length);
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
