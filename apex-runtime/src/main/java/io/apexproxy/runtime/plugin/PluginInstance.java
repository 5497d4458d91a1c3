package io.apexproxy.runtime.plugin;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin that works for one place of the configuration, and what the runtime lends to it.
 *
 * <p>May be used from any thread.
 *
 * @param <T> what the provider made: a load balancer, a health check or a configuration source
 */
public final class PluginInstance<T extends AutoCloseable> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    /** How long a caller waits for a plugin to close: time for a goodbye over the network, but not a hanging reload. */
    private static final Duration TIME_LIMIT = Duration.ofSeconds(3);

    private final T plugin;
    private final RegisteredProvider provider;
    private final ScheduledExecutorService executor;
    private final AtomicBoolean closed = new AtomicBoolean();

    PluginInstance(T plugin, RegisteredProvider provider, ScheduledExecutorService executor) {
        this.plugin = plugin;
        this.provider = provider;
        this.executor = executor;
    }

    /**
     * Returns the plugin.
     *
     * @return always the same object
     */
    public T get() {
        return plugin;
    }

    /**
     * Returns the threads that are lent to the plugin through its context.
     *
     * @return an executor of at most 16 daemon threads, named like {@code apex-health-http-1}
     */
    public ScheduledExecutorService executor() {
        return executor;
    }

    /**
     * Closes the plugin, then shuts its executor down and interrupts what still runs there.
     *
     * <p>Never throws: what the plugin throws is logged. Waits 3 seconds for the plugin at most; one that takes longer
     * is interrupted, logged and left to itself. Only the first call does anything.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closePlugin();
            executor.shutdownNow();
        }
    }

    /** On a new thread, because a plugin that hangs can occupy all threads of the executor. */
    private void closePlugin() {
        boolean interrupted = Thread.interrupted(); // as on shutdown; the plugin has its time nevertheless
        try {
            GuardedCall.onNewThread(provider.threadName() + "-close", provider.loader(), this::closeNow, late -> { })
                    .result(TIME_LIMIT);
        } catch (ExecutionException e) {
            LOG.warn("{}: closing failed", provider.label(), e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("{}: not closed within {} s; it is left to itself", provider.label(), TIME_LIMIT.toSeconds());
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (OutOfMemoryError e) { // no thread is left, and the caller must not hang in a plugin
            LOG.warn("{}: not closed, as the system has no thread left: {}", provider.label(), e.getMessage());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Object closeNow() throws Exception {
        try {
            plugin.close();
            return this;
        } finally {
            provider.files().release();
        }
    }
}
