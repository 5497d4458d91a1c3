package io.apexproxy.config.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A TCP proxy to etcd that can refuse connections, or discard the data of existing ones. */
final class FaultyProxy implements AutoCloseable {

    private final ServerSocket server;
    private final URI target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean disconnected;
    private final Set<Socket> discarding = ConcurrentHashMap.newKeySet();

    private FaultyProxy(URI target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    static FaultyProxy to(String endpoint) {
        return new FaultyProxy(URI.create(endpoint));
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    void disconnect() {
        disconnected = true;
        sockets.forEach(FaultyProxy::close);
    }

    void restore() {
        disconnected = false;
    }

    /** Discards the data of existing connections, like a firewall that has lost its state. */
    void discardData() {
        discarding.addAll(sockets);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (disconnected) {
                    client.close();
                } else {
                    Socket etcd = new Socket(target.getHost(), target.getPort());
                    sockets.add(client);
                    sockets.add(etcd);
                    threads.execute(() -> forward(client, etcd));
                    threads.execute(() -> forward(etcd, client));
                }
            }
        } catch (IOException e) {
            threads.shutdown(); // the test is over
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (!discarding.contains(from)) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException e) {
            close(from); // disconnected, or at its end
        }
        close(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(FaultyProxy::close);
        threads.shutdownNow();
    }
}
