package io.apexproxy.runtime.engine.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The timers of a loop. The seed decides the order of timers with equal deadlines. */
final class SimulatedTimers {

    private static final Comparator<Timer> ORDER = Comparator.comparingLong(Timer::due).thenComparingInt(Timer::tie);
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Longer than any simulation, and too short for an overflow. */
    private static final long LONGEST_DELAY = Long.MAX_VALUE / 4;

    private final PriorityQueue<Timer> heap = new PriorityQueue<>(ORDER);
    private final SplittableRandom random;

    SimulatedTimers(SplittableRandom random) {
        this.random = random;
    }

    void add(long nowNanos, long delayMillis, Runnable task) {
        long delay = Math.min(TimeUnit.MILLISECONDS.toNanos(delayMillis), LONGEST_DELAY);
        heap.add(new Timer(nowNanos + delay, random.nextInt(), task));
    }

    int size() {
        return heap.size();
    }

    void clear() {
        heap.clear();
    }

    /** Returns the wake-up time for the first timer, rounded up: a selector waits for whole milliseconds. */
    long first() {
        return (heap.element().due + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI * NANOS_PER_MILLI;
    }

    /** Removes and returns the tasks of due timers. */
    List<Runnable> takeDue(long nowNanos) {
        if (heap.isEmpty() || heap.element().due > nowNanos) {
            return List.of();
        }
        List<Runnable> due = new ArrayList<>();
        while (!heap.isEmpty() && heap.element().due <= nowNanos) {
            due.add(heap.remove().task);
        }
        return due;
    }

    private record Timer(long due, int tie, Runnable task) {
    }
}
