package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An executor with one thread of the process, in virtual time. Each task is one event. Tasks with equal times run in
 * submission order.
 */
public final class SimulatedExecutor extends AbstractExecutorService implements ScheduledExecutorService {

    /** Longest time between the wake-up of the thread and its first instruction. */
    private static final int LONGEST_WAKE_NANOS = 50_000;

    private final String name;
    private final SimulatedProcess process;
    private final Simulation simulation;
    private final PriorityQueue<Task<?>> waiting = new PriorityQueue<>();
    private long sequence;
    private boolean shutdown;

    /** Creates an executor without tasks; the name appears in the trace. */
    public SimulatedExecutor(String name, SimulatedProcess process) {
        this.name = name;
        this.process = process;
        this.simulation = process.simulation();
    }

    @Override
    public void execute(Runnable command) {
        add(Executors.callable(command, null), 0, 0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(Executors.callable(command, null), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(callable, unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return scheduleWithFixedDelay(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return add(Executors.callable(command, null), unit.toNanos(initialDelay), unit.toNanos(delay));
    }

    private <V> Task<V> add(Callable<V> callable, long delayNanos, long periodNanos) {
        if (shutdown) {
            throw new RejectedExecutionException(name + " is shut down");
        }
        Task<V> task = new Task<>(callable, periodNanos);
        plan(task, delayNanos);
        return task;
    }

    private void plan(Task<?> task, long delayNanos) {
        long delay = Math.max(0, delayNanos);
        task.due = simulation.elapsedNanos() + delay;
        task.order = sequence++;
        waiting.add(task);
        process.after(delay + simulation.random().nextInt(LONGEST_WAKE_NANOS), name, this::runNext);
    }

    private void runNext() {
        Task<?> task = waiting.peek();
        if (task != null && task.due <= simulation.elapsedNanos()) {
            waiting.remove();
            task.runOnce();
        }
    }

    /** Returns the number of waiting tasks. */
    public int waiting() {
        return (int) waiting.stream().filter(task -> !task.isCancelled()).count();
    }

    @Override
    public void shutdown() {
        shutdown = true;
        waiting.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<Runnable> left = new ArrayList<>(waiting);
        shutdown();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    /** Returns at once. */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long periodNanos;
        private long due;
        private long order;

        private Task(Callable<V> callable, long periodNanos) {
            super(callable);
            this.periodNanos = periodNanos;
        }

        private void runOnce() {
            if (periodNanos == 0) {
                run();
            } else if (runAndReset() && !shutdown) {
                plan(this, periodNanos);
            }
        }

        @Override
        protected void setException(Throwable thrown) {
            super.setException(thrown);
            process.escaped(thrown);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - simulation.elapsedNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Task<?> that = (Task<?>) other;
            return due != that.due ? Long.compare(due, that.due) : Long.compare(order, that.order);
        }
    }
}
