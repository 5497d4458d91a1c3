package io.apexproxy.api.testkit;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** An executor whose clock is far ahead: what is meant for later happens at once, before who asked for it goes on. */
public final class HastyExecutor extends ScheduledThreadPoolExecutor implements AutoCloseable {

    /** Without a thread, as long as there is no task for it. */
    public HastyExecutor() {
        super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        task.run();
        return super.schedule(() -> { }, 0, unit);
    }

    @Override
    public void close() {
        shutdownNow();
    }
}
