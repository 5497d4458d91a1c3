package io.apexproxy.dist.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that echoes received bytes until the end of the stream, optionally after a greeting. */
public final class EchoBackend implements AutoCloseable {

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch greeting;

    private EchoBackend(CountDownLatch greeting) {
        this.greeting = greeting;
        try {
            server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public static EchoBackend started() {
        return new EchoBackend(new CountDownLatch(0));
    }

    /** Returns a server that sends nothing before {@link #greet}, and then the greeting {@code !}. */
    public static EchoBackend silent() {
        return new EchoBackend(new CountDownLatch(1));
    }

    public void greet() {
        greeting.countDown();
    }

    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            threads.shutdown(); // the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (greeting.getCount() > 0) {
                greeting.await();
                socket.getOutputStream().write('!');
            }
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt(); // the client has closed, or the test is over
        }
    }
}
