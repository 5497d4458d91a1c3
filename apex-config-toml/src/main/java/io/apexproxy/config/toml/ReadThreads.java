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
 * Threads that read a file and may be abandoned.
 *
 * <p>Opening a pipe blocks until a program writes to it. The JDK can neither open a file without blocking nor interrupt
 * that, and a check of the type before is too early where the pipe takes the place of the file afterwards.
 */
final class ReadThreads {

    /** The number of abandoned reads; each keeps its thread until the pipe is written to. */
    static final int LIMIT = 4;

    /** Longer than the default poll interval, so that the same thread serves the next look. */
    private static final long IDLE_SECONDS = 10;

    private final Duration patience;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, LIMIT, IDLE_SECONDS, TimeUnit.SECONDS,
            new SynchronousQueue<>(), ReadThreads::daemon);

    /**
     * Creates the threads; none is started yet.
     *
     * @param patience the longest time that a caller waits
     */
    ReadThreads(Duration patience) {
        this.patience = patience;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "apex-config-toml-read");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Calls a read and waits for its result, also where the caller is interrupted.
     *
     * @return the result; empty if it takes longer than the patience, or if the limit of abandoned reads is reached
     */
    <T> Optional<T> call(Supplier<T> read) {
        try {
            return result(threads.submit(read::get));
        } catch (RejectedExecutionException e) {
            return Optional.empty();
        }
    }

    private <T> Optional<T> result(Future<T> read) {
        long deadline = System.nanoTime() + patience.toNanos();
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
            read.cancel(true); // ends a read that has opened the pipe
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
