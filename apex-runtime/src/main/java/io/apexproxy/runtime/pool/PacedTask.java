package io.apexproxy.runtime.pool;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Runs a task on request and bounds its share of the control thread. Requests that arrive during a pause are combined.
 *
 * <p>Without the pauses, a task whose cost grows with the backends of a pool would run once for each of their verdicts:
 * 40,000 verdicts took longer than the interval between their probes. All methods are called on the control thread.
 */
final class PacedTask {

    /** A cheaper run is followed by no pause. */
    private static final long CHEAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Length of a pause in runs: the task takes at most an eighth of the thread. */
    private static final int PAUSE = 7;

    private final Runnable task;
    private final ScheduledExecutorService control;
    private final LongSupplier nanoTime;
    private long pauseEnd;
    private boolean scheduled;
    private boolean closed;

    PacedTask(Runnable task, ScheduledExecutorService control, LongSupplier nanoTime) {
        this.task = task;
        this.control = control;
        this.nanoTime = nanoTime;
        this.pauseEnd = nanoTime.getAsLong();
    }

    /** Runs the task now, or at the end of the pause. */
    void request() {
        long rest = pauseEnd - nanoTime.getAsLong();
        if (rest <= 0) {
            run();
        } else if (!scheduled) {
            schedule(rest);
        }
    }

    private void schedule(long nanos) {
        try {
            control.schedule(this::runScheduled, nanos, TimeUnit.NANOSECONDS);
            scheduled = true;
        } catch (RejectedExecutionException e) { // the control thread has ended, so the result has no reader
            closed = true;
        }
    }

    private void runScheduled() {
        scheduled = false;
        run();
    }

    /** Runs the task now, unless it is closed. */
    void run() {
        if (closed) {
            return;
        }
        long start = nanoTime.getAsLong();
        task.run();
        long end = nanoTime.getAsLong();
        long cost = end - start;
        pauseEnd = cost < CHEAP_NANOS ? end : end + PAUSE * cost;
    }

    /** Ends the task: it does not run again. */
    void close() {
        closed = true;
    }
}
