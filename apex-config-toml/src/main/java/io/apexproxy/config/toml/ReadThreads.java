package io.apexproxy.config.toml;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Threads that read a file and are abandoned after a timeout.
 *
 * <p>Opening a pipe blocks until a program writes to it. The JDK can neither open a file without blocking nor interrupt
 * the open call. A prior check of the file type is not sufficient, because a pipe can replace the file after the check.
 */
final class ReadThreads {

    /** The maximum number of abandoned reads. Each occupies its thread until a program writes to the pipe. */
    static final int LIMIT = 4;

    /** Longer than the default poll interval, so that the next read uses the same thread. */
    private static final long IDLE_SECONDS = 10;

    private final Duration timeout;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, LIMIT, IDLE_SECONDS, TimeUnit.SECONDS,
            new SynchronousQueue<>(), ReadThreads::daemon);

    /**
     * Creates a pool without threads.
     *
     * @param timeout the maximum time that a caller waits
     */
    ReadThreads(Duration timeout) {
        this.timeout = timeout;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "apex-config-toml-read");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Runs a read and waits for its result, even if the caller is interrupted.
     *
     * @return the result; empty if the timeout is over or the limit of abandoned reads is reached
     */
    <T> Optional<T> call(Supplier<T> read) {
        try {
            return result(threads.submit(read::get));
        } catch (RejectedExecutionException e) {
            return Optional.empty();
        }
    }

    private <T> Optional<T> result(Future<T> read) {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(read.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            read.cancel(true); // ends a read that has already opened the pipe
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
