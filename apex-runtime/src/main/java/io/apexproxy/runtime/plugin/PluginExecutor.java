package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.log.LoggedExecutor;
import io.apexproxy.runtime.plugin.unit.UnitFiles;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The executor of one plugin instance, with at most {@value #THREADS} daemon threads that end when they are idle. */
final class PluginExecutor extends LoggedExecutor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    /** The number of probes of one pool that can block at the same time. A blocked thread uses about 100 KiB. */
    private static final int THREADS = 16;
    /** Longer than the default interval of health checks, so that their threads are reused. */
    private static final long IDLE_SECONDS = 10;

    private final UnitFiles files;

    /**
     * Creates an executor without threads.
     *
     * @param name the prefix of the thread names
     * @param loader the class loader of the plugin, set as context class loader of the threads
     * @param files the files of the unit, which are in use until the last thread has ended
     */
    PluginExecutor(String name, ClassLoader loader, UnitFiles files) {
        super(LOG, name, THREADS, threads(name, loader));
        this.files = files;
        files.hold();
        setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        allowCoreThreadTimeOut(true);
        setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory threads(String name, ClassLoader loader) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(loader);
            return thread;
        };
    }

    @Override
    protected void terminated() {
        super.terminated();
        files.release();
    }

    /**
     * Creates the first thread before it queues the task. If no thread can be created, it throws and queues nothing.
     * The superclass would queue the task first, so the queue would grow with each failure.
     */
    @Override
    public Future<?> submit(Runnable task) {
        if (getPoolSize() == 0) {
            prestartCoreThread();
        }
        return super.submit(task);
    }
}
