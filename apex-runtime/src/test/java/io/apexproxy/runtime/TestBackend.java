package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
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
    /** Referred to, so that the garbage collector does not close them. */
    private static final List<HeldPort> GONE = new CopyOnWriteArrayList<>();

    private final HeldPort held = HeldPort.any();
    private final ServerSocket server = held.listen();
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** What happens on a connection; the socket is closed afterwards. An IOException just ends it. */
    interface Script {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    private TestBackend(Script script) {
        this.script = script;
    }

    static TestBackend serving(Script script) {
        TestBackend backend = new TestBackend(script);
        backend.start(backend::accept);
        return backend;
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

    /** An address on which no server listens, for as long as the tests run. */
    static String goneAddress() {
        HeldPort gone = HeldPort.any();
        GONE.add(gone);
        return gone.address();
    }

    @Override
    public void close() {
        stop();
        held.close();
    }

    /** Ends it in the middle of a test; its port refuses connections from then on. */
    void stop() {
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
