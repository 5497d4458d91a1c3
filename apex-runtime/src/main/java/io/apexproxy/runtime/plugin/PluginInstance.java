package io.apexproxy.runtime.plugin;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin created for one entry of the configuration, with the context that the runtime provides to it.
 *
 * <p>Thread-safe.
 *
 * @param <T> the type of the plugin: a load balancer, health check, configuration source, router or
 *     backend source
 */
public final class PluginInstance<T extends AutoCloseable> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    /** The timeout for closing a plugin: sufficient for a network exchange, short enough for a reload. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final T plugin;
    private final RegisteredProvider provider;
    private final InstanceContext context;
    private final AtomicBoolean closed = new AtomicBoolean();

    PluginInstance(T plugin, RegisteredProvider provider, InstanceContext context) {
        this.plugin = plugin;
        this.provider = provider;
        this.context = context;
    }

    /** Returns the plugin, always the same object. */
    public T get() {
        return plugin;
    }

    /**
     * Returns the executor that the plugin receives through its context: at most 16 daemon threads, named like {@code
     * apex-health-http-1}.
     */
    public ScheduledExecutorService executor() {
        return context.executor();
    }

    /**
     * Closes the plugin and its connections to backends, then shuts down its executor and interrupts the running tasks.
     *
     * <p>Never throws; exceptions of the plugin are logged. Waits for the plugin for at most 3 seconds, then interrupts
     * it, logs a warning and returns. Further calls have no effect.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closePlugin();
            context.close();
        }
    }

    /** Closes the plugin on a separate thread, because a plugin that hangs can occupy all threads of the executor. */
    private void closePlugin() {
        boolean interrupted = Thread.interrupted(); // as on shutdown: the plugin can close nevertheless
        try {
            GuardedCall.onNewThread(provider.threadName() + "-close", provider.loader(), this::closeNow, late -> {})
                    .result(CLOSE_TIMEOUT);
        } catch (ExecutionException e) {
            LOG.warn("{}: close() failed", provider.label(), e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("{}: not closed within {} s; interrupted", provider.label(), CLOSE_TIMEOUT.toSeconds());
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (OutOfMemoryError e) { // not closed on the caller's thread, which must not hang
            LOG.warn("{}: not closed: the system has no thread left: {}", provider.label(), e.getMessage());
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
