package io.apexproxy.runtime.admin.http;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.TimeUnit;

/** A running HTTP server: its loop on a thread of its own, and its renderer. Thread-safe. */
public final class HttpServer implements AutoCloseable {

    /** A turn of the loop does not block, so it takes much less. */
    private static final long CLOSE_TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final Renderer renderer;
    private final HttpLoop loop;
    private final Thread thread;

    private HttpServer(Renderer renderer, HttpLoop loop, String threadName) {
        this.renderer = renderer;
        this.loop = loop;
        this.thread = new Thread(loop, threadName);
        thread.setDaemon(true);
    }

    /**
     * Starts a server, which serves requests when this method returns. If that fails, the renderer is closed, and the
     * caller closes the channel.
     *
     * @param name the name of the server in the log
     * @param threadName the name of the thread of the loop
     * @param channel the bound channel, which the server closes in {@link #close}
     * @param maxConnections the limit of connections
     * @param handler answers the requests
     * @param renderer renders responses; the server closes it
     * @return the running server
     * @throws IOException if the system has no descriptor for the loop
     */
    public static HttpServer start(String name, String threadName, ServerSocketChannel channel, int maxConnections,
            HttpHandler handler, Renderer renderer) throws IOException {
        try {
            HttpServer server = new HttpServer(renderer,
                    new HttpLoop(name, channel, maxConnections, handler, renderer), threadName);
            server.start();
            return server;
        } catch (Throwable e) { // also if no thread can be created
            renderer.close();
            throw e;
        }
    }

    private void start() {
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // no thread can be created
            loop.close();
            loop.run(); // closes what it has opened
            throw e;
        }
    }

    /**
     * Stops listening, completes the responses in progress for half a second at most, and closes the connections. Waits
     * for the thread, at most 2 s.
     */
    @Override
    public void close() {
        loop.close();
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        renderer.close();
    }
}
