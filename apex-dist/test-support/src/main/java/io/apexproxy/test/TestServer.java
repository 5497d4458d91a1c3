package io.apexproxy.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP server that runs a script for each connection, with one thread per connection. It can stop and listen again on
 * the same port. Closing it closes all connections.
 *
 * <p>The script also runs for each probe of a health check, which closes its connection without sending data. A script
 * that fails with another exception than those of {@link Script} fails the test in {@link #stop} and {@link #close}.
 */
public final class TestServer implements AutoCloseable {

    private static final long JOIN_MILLIS = 10_000;
    /** Referenced, so that the garbage collector does not close them. */
    private static final List<HeldPort> GONE = new CopyOnWriteArrayList<>();

    private final HeldPort held;
    private final Script script;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private ServerSocket server;
    private Thread acceptor;

    /** The behaviour on a connection, whose socket is closed afterwards. An IOException ends it without a failure. */
    @FunctionalInterface
    public interface Script {

        /** Serves a connection, on its own thread. The thread is interrupted when the server stops. */
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    private TestServer(HeldPort held, Script script) {
        this.held = held;
        this.script = script;
        start();
    }

    /** Starts a server on a free port of 127.0.0.1. */
    public static TestServer serving(Script script) {
        return at("127.0.0.1", 0, script);
    }

    /** Starts a server on a port of an address; 0: a free port. */
    public static TestServer at(String host, int port, Script script) {
        return new TestServer(HeldPort.of(host, port), script);
    }

    /** Starts a server that echoes all data until EOF. */
    public static TestServer echo() {
        return serving(TestServer::echo);
    }

    /**
     * Starts a server that echoes all data until EOF. While a latch is closed, connections wait for it and then send
     * {@code !} before they echo.
     */
    public static TestServer echoAfter(CountDownLatch latch) {
        return serving(socket -> {
            if (latch.getCount() > 0) {
                latch.await();
                send(socket, "!");
            }
            echo(socket);
        });
    }

    /** Starts a server that sends nothing and reads until EOF. */
    public static TestServer silent() {
        return serving(TestServer::readToEnd);
    }

    /** Starts a server that neither reads nor sends nor closes. */
    public static TestServer stalled() {
        return serving(socket -> new CountDownLatch(1).await());
    }

    /** Starts a server that sends a greeting and then reads until EOF. */
    public static TestServer greeting(String text) {
        return serving(socket -> {
            send(socket, text);
            readToEnd(socket);
        });
    }

    /** Echoes all data until EOF, as a script or in one. */
    public static void echo(Socket socket) throws IOException {
        socket.getInputStream().transferTo(socket.getOutputStream());
    }

    /** Reads until EOF, as a script or in one, and returns the number of bytes. */
    public static long readToEnd(Socket socket) throws IOException {
        return socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /** Sends ASCII text. */
    public static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Waits for the first byte, and returns whether EOF arrives instead, as from a probe. */
    public static boolean sendsNothing(Socket socket) throws IOException {
        return socket.getInputStream().read() < 0;
    }

    /** Returns an address on which no server listens during the tests. */
    public static String goneAddress() {
        HeldPort gone = HeldPort.any();
        GONE.add(gone);
        return gone.address();
    }

    /** Listens again after {@link #refuse} or {@link #stop}. */
    public void start() {
        ServerSocket listening = held.listen();
        server = listening;
        acceptor = run(() -> accept(listening));
    }

    /** Stops listening, so that the port refuses connections. Open connections stay open. */
    public void refuse() {
        try {
            server.close();
            acceptor.join(JOIN_MILLIS); // the kernel keeps the socket until accept has returned
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops listening and closes all connections. Fails the test if a script has failed. */
    public void stop() {
        refuse();
        try {
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
        assertThat(failures).as("failures of the server's script").isEmpty();
    }

    /** Does the same as {@link #stop}, and releases the port. */
    @Override
    public void close() {
        stop();
        held.close();
    }

    /** Returns the address in the format of the configuration. */
    public String address() {
        return held.address();
    }

    /** Returns the number of the port. */
    public int port() {
        return held.port();
    }

    /** Returns the number of connections so far, including probes. */
    public int accepted() {
        return accepted.get();
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                accepted.incrementAndGet();
                sockets.add(socket);
                run(() -> serve(socket));
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                failures.add(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(socket);
        } catch (IOException | InterruptedException e) {
            // closed by the other side, or at the end of the test
        } catch (RuntimeException | AssertionError e) {
            failures.add(e);
        } finally {
            sockets.remove(socket);
        }
    }

    private Thread run(Runnable task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } finally {
                threads.remove(Thread.currentThread());
            }
        }, "server-" + held.port());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }
}
