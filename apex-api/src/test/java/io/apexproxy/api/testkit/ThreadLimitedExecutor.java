package io.apexproxy.api.testkit;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An executor that fails to create a thread after some tasks, as at the process limit of the system. */
public final class ThreadLimitedExecutor extends ScheduledThreadPoolExecutor implements AutoCloseable {

    private final AtomicInteger remaining;

    /**
     * Creates an executor without threads.
     *
     * @param tasks the number of tasks that can be scheduled before it fails
     */
    public ThreadLimitedExecutor(int tasks) {
        super(1);
        remaining = new AtomicInteger(tasks);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (remaining.getAndDecrement() <= 0) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return super.schedule(task, delay, unit);
    }

    @Override
    public void close() {
        shutdownNow();
    }
}
