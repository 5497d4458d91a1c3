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
 * A backend that follows a script, one thread per connection. Closing it ends all of them.
 *
 * <p>A probe of the health check is a connection too: one that finishes without having sent anything.
 */
final class Server implements AutoCloseable {

    /** As many as tests ask to wait to be accepted. */
    private static final int BACKLOG = 1000;

    private final ServerSocket socket;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** What happens on a connection, which is closed afterwards; an exception of its socket just ends it. */
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

    /** Takes whatever it is sent, and neither answers nor finishes. */
    static Server holding() {
        return serving(socket -> {
            if (sendsNothing(socket)) {
                return; // a probe
            }
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            new CountDownLatch(1).await();
        });
    }

    /** Neither reads nor says anything, whoever connects. */
    static Server mute() {
        return serving(socket -> new CountDownLatch(1).await());
    }

    /** Sends its name and then back what it gets, if it gets anything. */
    static Script echo(String name) {
        return socket -> {
            int first = socket.getInputStream().read();
            if (first >= 0) {
                say(socket, name);
                socket.getOutputStream().write(first);
                socket.getInputStream().transferTo(socket.getOutputStream());
            }
        };
    }

    /** Greets whoever connects, and listens until they finish. */
    static Server greeting(String text) {
        return serving(socket -> {
            say(socket, text);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
    }

    static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Waits for the first byte; there is none from a probe. */
    static boolean sendsNothing(Socket socket) throws IOException {
        return socket.getInputStream().read() < 0;
    }

    String address() {
        return socket.getInetAddress().getHostAddress() + ':' + port();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** How many connections there have been, probes included. */
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
            Thread.currentThread().interrupt(); // the other side is gone, or the test is over
        } finally {
            open.remove(client);
        }
    }
}
