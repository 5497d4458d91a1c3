package io.apexproxy.runtime.plugin;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private static final Duration PATIENCE = Duration.ofSeconds(3);

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

    /** On a thread of its own, as all those of the executor may be occupied by a plugin that hangs. */
    private void closePlugin() {
        Thread closer = new Thread(() -> {
            try {
                plugin.close();
            } catch (Throwable failure) { // a plugin's code: anything may come out of it
                LOG.warn("{}: closing failed", provider.label(), failure);
            } finally {
                provider.files().release();
            }
        }, provider.threadName() + "-close");
        closer.setDaemon(true);
        closer.setContextClassLoader(provider.loader());
        try {
            closer.start();
        } catch (OutOfMemoryError e) { // no thread is left, and the caller must not hang in a plugin
            LOG.warn("{}: not closed, as the system has no thread left: {}", provider.label(), e.getMessage());
            return;
        }
        await(closer);
        if (closer.isAlive()) {
            LOG.warn("{}: not closed within {} s; it is left to itself", provider.label(), PATIENCE.toSeconds());
            closer.interrupt();
        }
    }

    /** Waits also where the caller was interrupted, as on shutdown: the plugin gets its time to say goodbye. */
    private static void await(Thread closer) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        while (closer.isAlive() && System.nanoTime() - deadline < 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(closer, deadline - System.nanoTime());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
