package io.apexproxy.dist.promise;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend that runs a script on each connection, in a thread per connection. Closing the server closes all
 * connections.
 *
 * <p>A probe of the health check is also a connection; it closes without having sent a byte.
 */
final class Server implements AutoCloseable {

    /** Backlog, sufficient for the connections of the tests. */
    private static final int BACKLOG = 1000;

    private final ServerSocket socket;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** The actions on a connection. The connection is closed afterwards, also after an exception of its socket. */
    interface Script {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    private Server(ServerSocket socket, Script script) {
        this.socket = socket;
        this.script = script;
        threads.execute(this::accept);
    }

    static Server serving(Script script) {
        return at("127.0.0.1", 0, script);
    }

    static Server at(String host, int port, Script script) {
        try {
            return new Server(new ServerSocket(port, BACKLOG, InetAddress.getByName(host)), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a server that reads and discards all bytes, and neither answers nor closes. */
    static Server discarding() {
        return serving(socket -> {
            if (sendsNothing(socket)) {
                return; // a probe
            }
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            new CountDownLatch(1).await();
        });
    }

    /** Returns a server that neither reads nor sends. */
    static Server silent() {
        return serving(socket -> new CountDownLatch(1).await());
    }

    /** Returns a script that sends a name after the first received byte, and then echoes all bytes. */
    static Script echo(String name) {
        return socket -> {
            int first = socket.getInputStream().read();
            if (first >= 0) {
                send(socket, name);
                socket.getOutputStream().write(first);
                socket.getInputStream().transferTo(socket.getOutputStream());
            }
        };
    }

    /** Returns a server that sends a greeting and then reads to the end of the stream. */
    static Server greeting(String text) {
        return serving(socket -> {
            send(socket, text);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Waits for the first byte; returns whether the stream ended instead, like that of a probe. */
    static boolean sendsNothing(Socket socket) throws IOException {
        return socket.getInputStream().read() < 0;
    }

    String address() {
        return socket.getInetAddress().getHostAddress() + ':' + port();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Returns the number of connections so far, including probes. */
    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                accepted.incrementAndGet();
                open.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            threads.shutdown(); // the test is over
        }
    }

    private void serve(Socket client) {
        try (client) {
            script.serve(client);
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt(); // the peer has closed, or the test is over
        } finally {
            open.remove(client);
        }
    }
}
