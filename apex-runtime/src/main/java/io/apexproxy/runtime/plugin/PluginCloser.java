package io.apexproxy.runtime.plugin;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Closes plugin instances that are no longer needed, on separate threads, so that a plugin whose {@code close} hangs
 * does not block the control thread. Thread-safe.
 */
public final class PluginCloser implements AutoCloseable {

    /** Upper bound for a call in progress on an event loop, which usually takes microseconds. */
    private static final long LAST_CALL_MILLIS = 500;
    /** Slightly longer than an instance waits for its plugin to close. */
    private static final long TIMEOUT_MILLIS = 4_000;

    private final Set<PluginInstance<?>> pending = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "apex-plugin-closer");
        thread.setDaemon(true);
        return thread;
    });

    /** Closes an instance that is no longer called. */
    public void close(PluginInstance<?> instance) {
        pending.add(instance);
        executor.execute(() -> closeNow(instance));
    }

    /** Closes an instance after {@value #LAST_CALL_MILLIS} ms, because an event loop can call it now. */
    public void closeLater(PluginInstance<?> instance) {
        closeLater(instance, Duration.ZERO);
    }

    /** Closes an instance that event loops no longer call after a delay, and {@value #LAST_CALL_MILLIS} ms later. */
    public void closeLater(PluginInstance<?> instance, Duration delay) {
        pending.add(instance);
        long millis = delay.toMillis() + LAST_CALL_MILLIS;
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(() -> {
            if (pending.contains(instance) && !executor.isShutdown()) {
                close(instance);
            }
        });
    }

    private void closeNow(PluginInstance<?> instance) {
        instance.close();
        pending.remove(instance);
    }

    /** Closes all remaining instances and waits for them, at most {@value #TIMEOUT_MILLIS} ms. */
    @Override
    public void close() {
        pending.forEach(this::close);
        executor.shutdown();
        try {
            executor.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
