package io.apexproxy.runtime.engine.select;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The tasks that wait for their time, in a heap. On the loop's thread only; times are of {@code nanoTime}. */
final class Timers {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** The farthest deadline, about 146 years: differences of {@code nanoTime} beyond it would change their sign. */
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
     * Returns the milliseconds until the first is due, rounded up, 0 if it is due; to be called when there is one.
     *
     * @param now the time, in nanoseconds
     */
    long millisToFirst(long now) {
        long nanos = heap.element().deadline - now;
        return nanos <= 0 ? 0 : (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    }

    /**
     * Hands over the tasks that are due, each of those that were there at the start once at most: a task that adds
     * itself again without delay does not keep the loop here.
     *
     * @param now the time up to which they are due, in nanoseconds
     * @return whether there was one
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
