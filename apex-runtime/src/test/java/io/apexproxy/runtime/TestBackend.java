package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on a free port of 127.0.0.1 that follows a script, one thread per connection. Closing it ends all of them; a
 * script that failed fails the test then.
 *
 * <p>A probe of a health check is a connection too: one that ends without having sent anything.
 */
final class TestBackend implements AutoCloseable {

    private static final long JOIN_MILLIS = 10_000;

    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** What happens on a connection; the socket is closed afterwards. An IOException just ends it. */
    interface Script {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    private TestBackend(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
    }

    static TestBackend serving(Script script) {
        try {
            TestBackend backend = new TestBackend(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()), script);
            backend.start(backend::accept);
            return backend;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends back what it gets, until the client has finished. */
    static TestBackend echo() {
        return serving(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Says nothing and waits for the end. */
    static TestBackend silent() {
        return serving(socket -> socket.getInputStream().skip(Long.MAX_VALUE));
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            assertThat(server.isClosed()).as("%s", e).isTrue();
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(socket);
        } catch (IOException | InterruptedException e) {
            assertThat(e).as("the other side left, or the test is over").isNotNull();
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        } finally {
            sockets.remove(socket);
            threads.remove(Thread.currentThread());
        }
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "backend-" + server.getLocalPort());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** As the configuration has it. */
    String address() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    /** An address where nobody listens: the server that had it is gone. */
    static String goneAddress() {
        TestBackend backend = silent();
        backend.stop();
        return backend.address();
    }

    /** Ends it in the middle of a test. */
    void stop() {
        close();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
            for (Thread thread : threads) {
                thread.interrupt();
                thread.join(JOIN_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(failures).as("failures of the backend's script").isEmpty();
    }
}
