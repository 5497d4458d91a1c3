package io.apexproxy.runtime.engine.loop;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A heap of tasks with deadlines. On the loop's thread only; times are of {@link System#nanoTime}. */
final class Timers {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** Longest delay, about 146 years: beyond it the difference of two times overflows. */
    private static final long LONGEST_DELAY = Long.MAX_VALUE / 2;

    private final PriorityQueue<Timer> heap = new PriorityQueue<>(Comparator.naturalOrder());

    static long deadline(long delayMillis) {
        return System.nanoTime() + Math.min(TimeUnit.MILLISECONDS.toNanos(delayMillis), LONGEST_DELAY);
    }

    void add(long deadline, Runnable task) {
        heap.add(new Timer(deadline, task));
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }

    /**
     * Returns the milliseconds until the first task is due, rounded up; 0 if it is due. The heap must not be empty.
     *
     * @param now the current time, in nanoseconds
     */
    long millisToFirst(long now) {
        long nanos = heap.element().deadline - now;
        return nanos <= 0 ? 0 : (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    /**
     * Passes the due tasks to the runner, at most as many as are in the heap at the start. A task that adds itself
     * again without delay thus does not block the loop.
     *
     * @param now the current time, in nanoseconds
     * @return whether a task was due
     */
    boolean runDue(long now, Consumer<Runnable> runner) {
        if (heap.isEmpty()) {
            return false;
        }
        boolean any = false;
        for (int left = heap.size(); left > 0 && !heap.isEmpty() && heap.element().deadline - now <= 0; left--) {
            runner.accept(heap.remove().task);
            any = true;
        }
        return any;
    }

    private record Timer(long deadline, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return Long.signum(deadline - other.deadline);
        }
    }
}
