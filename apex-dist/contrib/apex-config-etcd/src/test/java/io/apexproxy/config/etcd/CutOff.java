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

/** Wires to etcd that can be cut, or carry nothing any more without a word. */
final class CutOff implements AutoCloseable {

    private final ServerSocket server;
    private final URI target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();

    private CutOff(URI target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    static CutOff before(String endpoint) {
        return new CutOff(URI.create(endpoint));
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    void cut() {
        cut = true;
        sockets.forEach(CutOff::close);
    }

    void mend() {
        cut = false;
    }

    /** Those there are fall silent, as when a firewall has forgotten them; later ones do not. */
    void silence() {
        silent.addAll(sockets);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (cut) {
                    client.close();
                } else {
                    Socket etcd = new Socket(target.getHost(), target.getPort());
                    sockets.add(client);
                    sockets.add(etcd);
                    threads.execute(() -> carry(client, etcd));
                    threads.execute(() -> carry(etcd, client));
                }
            }
        } catch (IOException e) {
            threads.shutdown(); // the test is over
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (!silent.contains(from)) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException e) {
            close(from); // cut, or at its end
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
        sockets.forEach(CutOff::close);
        threads.shutdownNow();
    }
}
