package io.apexproxy.api.testkit;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** An executor that ignores delays: {@code schedule} runs the task immediately, on the calling thread. */
public final class ImmediateExecutor extends ScheduledThreadPoolExecutor implements AutoCloseable {

    /** Creates an executor without threads. */
    public ImmediateExecutor() {
        super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        task.run();
        return super.schedule(() -> {}, 0, unit);
    }

    @Override
    public void close() {
        shutdownNow();
    }
}
