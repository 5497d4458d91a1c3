package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.plugin.unit.UnitFiles;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of one plugin instance: few, daemons, gone when idle. */
final class PluginExecutor extends ScheduledThreadPoolExecutor {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    /** As many probes of one pool as may block at once; a thread that waits costs some 100 KiB of memory. */
    private static final int THREADS = 16;
    /** Longer than the default interval of health checks, so that their threads are not made anew for each round. */
    private static final long IDLE_SECONDS = 10;

    private final String name;
    private final UnitFiles files;

    /**
     * Creates an executor that has no threads yet.
     *
     * @param name the prefix of the threads' names
     * @param loader the plugin's loader, which libraries ask the thread for
     * @param files in use until the last thread has ended
     */
    PluginExecutor(String name, ClassLoader loader, UnitFiles files) {
        super(THREADS, threads(name, loader));
        this.name = name;
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
     * Creates the first thread before it queues the task. Where none can be created, this throws and queues nothing.
     * The superclass would queue the task first, and tasks would pile up.
     */
    @Override
    public Future<?> submit(Runnable task) {
        if (getPoolSize() == 0) {
            prestartCoreThread();
        }
        return super.submit(task);
    }

    /** Logs what a task throws; the executor itself would put it into a future that hardly anyone looks at. */
    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
        super.afterExecute(task, thrown);
        if (task instanceof Future<?> future && future.isDone()) {
            try {
                future.get();
            } catch (CancellationException e) {
                LOG.trace("{}: a task was cancelled", name);
            } catch (ExecutionException e) {
                LOG.warn("{}: a task failed", name, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
