package io.apexproxy.runtime.admin.http;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes the answers that take longer with more backends, one at a time on a thread of its own. Any thread.
 *
 * <p>The thread starts with the endpoint and stays, so that a process without threads to spare still has its metrics.
 */
public final class Renderer implements AutoCloseable {

    private final HttpHandler handler;
    private final ThreadPoolExecutor thread;

    /**
     * Creates a renderer.
     *
     * @param handler makes the answers
     * @param waiting requests that may wait for the thread
     */
    public Renderer(HttpHandler handler, int waiting) {
        this.handler = handler;
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> {
            Thread created = new Thread(task, "apex-admin-render");
            created.setDaemon(true);
            return created;
        });
        thread.prestartAllCoreThreads();
    }

    /**
     * Runs a task before the requests that come later.
     *
     * @param task what prepares the answers
     */
    public void prepare(Runnable task) {
        thread.execute(task);
    }

    /**
     * Makes an answer.
     *
     * @param sender gets the answer, on the renderer's thread
     * @return false if too many requests wait
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
