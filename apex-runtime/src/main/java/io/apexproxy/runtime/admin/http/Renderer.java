package io.apexproxy.runtime.admin.http;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Executor that creates the responses whose cost grows with the number of backends, on separate threads. Thread-safe.
 *
 * <p>The admin endpoint has one thread. It starts with the endpoint and runs until its end, so that metrics work when
 * no thread can be created.
 */
public final class Renderer implements AutoCloseable {

    private static final long IDLE_SECONDS = 10;

    private final HttpHandler handler;
    private final ThreadPoolExecutor executor;

    /** Creates a renderer with a limit of requests that wait for its thread. */
    public Renderer(HttpHandler handler, int maxQueued) {
        this(handler, maxQueued, 1, "apex-admin-render");
        executor.prestartAllCoreThreads();
    }

    private Renderer(HttpHandler handler, int maxQueued, int threads, String name) {
        this.handler = handler;
        this.executor = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(maxQueued), task -> {
                    Thread created = new Thread(task, name);
                    created.setDaemon(true);
                    return created;
                });
    }

    /** Creates a renderer whose threads start with a request, and end after ten seconds without one. */
    public static Renderer onDemand(HttpHandler handler, int maxQueued, int threads, String name) {
        Renderer renderer = new Renderer(handler, maxQueued, threads, name);
        renderer.executor.allowCoreThreadTimeOut(true);
        return renderer;
    }

    /** Runs a task, a preparation of the responses, before later requests. */
    public void prepare(Runnable task) {
        executor.execute(task);
    }

    /**
     * Queues a request; returns false if the queue is full. The sender receives the response on the renderer's thread.
     */
    boolean render(HttpRequest request, Consumer<ByteBuffer> sender) {
        try {
            executor.execute(() -> sender.accept(handler.render(request).encode(request.isHead())));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
