package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Closes plugin instances that have done their work, on threads of its own: a plugin that hangs in its {@code close}
 * must not hold up the control thread. May be called from any thread.
 */
public final class PluginCloser implements AutoCloseable {

    /** An event loop that has got hold of a picker is done with it in microseconds; this is far more. */
    private static final long LAST_PICK_MILLIS = 500;
    /** A little more than an instance waits for its plugin to close. */
    private static final long PATIENCE_MILLIS = 4_000;

    private final Set<PluginInstance<?>> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "apex-plugin-closer");
        thread.setDaemon(true);
        return thread;
    });

    /** Closes an instance that nobody calls any more. */
    void close(PluginInstance<?> instance) {
        waiting.add(instance);
        threads.execute(() -> closeNow(instance));
    }

    /** Closes an instance that event loops may still be calling at this moment, but not for long. */
    void closeLater(PluginInstance<?> instance) {
        waiting.add(instance);
        CompletableFuture.delayedExecutor(LAST_PICK_MILLIS, TimeUnit.MILLISECONDS).execute(() -> {
            if (waiting.contains(instance) && !threads.isShutdown()) {
                close(instance);
            }
        });
    }

    private void closeNow(PluginInstance<?> instance) {
        instance.close();
        waiting.remove(instance);
    }

    /** Closes those that are left, and waits until they are, or are given up. */
    @Override
    public void close() {
        waiting.forEach(this::close);
        threads.shutdown();
        try {
            threads.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
