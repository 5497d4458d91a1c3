package io.apexproxy.health.jdbc;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that call a driver: virtual threads with Java 24 and newer, else a bounded number of daemon threads.
 *
 * <p>Virtual threads exist since Java 21. Before Java 24 (JEP 491), one that blocks while it holds a monitor occupies a
 * carrier thread, and many drivers have synchronized methods. With two processors, two servers that do not answer would
 * stop the probes of all others.
 */
final class DriverThreads implements Executor, AutoCloseable {

    /** The number of calls of one check that can block at the same time. A blocked thread uses about 100 KiB. */
    static final int MAX_PLATFORM_THREADS = 64;

    private static final int FIRST_VERSION_WITHOUT_PINNING = 24;
    /** Short, because the executor creates a thread for each task until it has all of them, even if some are idle. */
    private static final long IDLE_SECONDS = 1;
    private static final Optional<MethodHandle> START_VIRTUAL_THREAD = findStartVirtualThread();

    /** Empty with virtual threads. */
    private final Optional<ThreadPoolExecutor> pool;

    DriverThreads() {
        pool = START_VIRTUAL_THREAD.isPresent() ? Optional.empty() : Optional.of(pool());
    }

    private static Optional<MethodHandle> findStartVirtualThread() {
        if (Runtime.version().feature() < FIRST_VERSION_WITHOUT_PINNING) {
            return Optional.empty();
        }
        try {
            return Optional.of(MethodHandles.publicLookup().findStatic(Thread.class, "startVirtualThread",
                    MethodType.methodType(Thread.class, Runnable.class)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // public since Java 21
        }
    }

    private static ThreadPoolExecutor pool() {
        AtomicInteger count = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, "apex-health-jdbc-driver-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        ThreadPoolExecutor pool = new ThreadPoolExecutor(MAX_PLATFORM_THREADS, MAX_PLATFORM_THREADS, IDLE_SECONDS,
                TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * Starts a task that can block, or queues it until a thread is free. At most one task for each backend waits or
     * runs.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the threads are closed
     */
    @Override
    public void execute(Runnable task) {
        if (pool.isPresent()) {
            pool.get().execute(task);
            return;
        }
        try {
            Object thread = START_VIRTUAL_THREAD.orElseThrow().invoke(task);
            ((Thread) thread).setName("apex-health-jdbc-driver");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // the method declares no exception
        }
    }

    /** Removes a task that waits for a thread, so that the queue does not grow while all threads block. */
    void remove(Runnable task) {
        pool.ifPresent(threads -> threads.remove(task));
    }

    /** Ends the threads that are idle. Does not wait for the others, which the caller interrupts. */
    @Override
    public void close() {
        pool.ifPresent(ThreadPoolExecutor::shutdown);
    }
}
