package io.apexproxy.runtime.admin.http;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Executor that creates the responses whose cost grows with the number of backends, one at a time on a separate thread.
 * Thread-safe.
 *
 * <p>The thread starts with the endpoint and runs until its end, so that metrics work when no thread can be created.
 */
public final class Renderer implements AutoCloseable {

    private final HttpHandler handler;
    private final ThreadPoolExecutor thread;

    /** Creates a renderer with a limit of requests that wait for its thread. */
    public Renderer(HttpHandler handler, int maxQueued) {
        this.handler = handler;
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxQueued), task -> {
            Thread created = new Thread(task, "apex-admin-render");
            created.setDaemon(true);
            return created;
        });
        thread.prestartAllCoreThreads();
    }

    /** Runs a task, a preparation of the responses, before later requests. */
    public void prepare(Runnable task) {
        thread.execute(task);
    }

    /**
     * Queues a request; returns false if the queue is full. The sender receives the response on the renderer's thread.
     */
    boolean render(HttpRequest request, Consumer<ByteBuffer> sender) {
        try {
            thread.execute(() -> sender.accept(handler.render(request).encode(request.isHead())));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
