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
 * A server on a free port of 127.0.0.1 that runs a script for each connection, with one thread per connection. Closing
 * it closes all connections. It then fails the test if a script has failed.
 *
 * <p>The script also runs for each probe of a health check, which closes its connection without sending data.
 */
final class TestBackend implements AutoCloseable {

    private static final long JOIN_MILLIS = 10_000;
    /** Referenced, so that the garbage collector does not close them. */
    private static final List<HeldPort> GONE = new CopyOnWriteArrayList<>();

    private final HeldPort held = HeldPort.any();
    private final ServerSocket server = held.listen();
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** The behaviour on a connection, whose socket is closed afterwards. An IOException ends it without a failure. */
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

    /** Returns a server that echoes all data until EOF. */
    static TestBackend echo() {
        return serving(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Returns a server that sends nothing and reads until EOF. */
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
            assertThat(e).as("closed by the other side, or at the end of the test").isNotNull();
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

    /** Returns the address in the format of the configuration. */
    String address() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Returns an address on which no server listens during the tests. */
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

    /** Stops the server during a test. Its port then refuses connections. */
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
