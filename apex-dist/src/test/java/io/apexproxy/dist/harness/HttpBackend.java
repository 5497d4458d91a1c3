package io.apexproxy.dist.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server that answers GET with its address, {@code GET /health} with its health, and POST with the posted body.
 * It can be stopped and restarted on the same port.
 */
public final class HttpBackend implements AutoCloseable {

    /** Not an ephemeral port, so that no other socket can use it while the server is stopped. */
    private final int port = FreePorts.next();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private volatile String health = "ok";

    private HttpBackend() {
    }

    public static HttpBackend started() {
        var backend = new HttpBackend();
        backend.start();
        return backend;
    }

    public void start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.setExecutor(threads);
            server.createContext("/", this::answer);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server and closes all its connections. */
    public void stop() {
        server.stop(0);
    }

    /** Changes the answer to {@code GET /health}. */
    public void health(String text) {
        health = text;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange; InputStream request = exchange.getRequestBody()) {
            if (exchange.getRequestMethod().equals("POST")) {
                // reads the whole body first: a client that sends before it reads would otherwise block both sides
                byte[] posted = request.readAllBytes();
                exchange.sendResponseHeaders(200, posted.length);
                exchange.getResponseBody().write(posted);
            } else {
                String text = exchange.getRequestURI().getPath().equals("/health") ? health : address();
                byte[] answer = text.getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        }
    }
}
