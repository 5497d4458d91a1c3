package io.apexproxy.runtime.engine.sim;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** The tasks of one loop: its own, which the next turn runs, and those of other threads. */
final class LoopTasks {

    /** Tasks of other threads in one turn, as in {@code engine.select}. */
    private static final int MOST_SUBMITTED = 256;

    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final ArrayDeque<Runnable> submitted = new ArrayDeque<>();

    /** Adds a task of the loop's own thread. */
    void defer(Runnable task) {
        deferred.add(task);
    }

    /** Adds a task of the loop's own thread or another one. */
    void add(Runnable task, boolean own) {
        (own ? deferred : submitted).add(task);
    }

    boolean isEmpty() {
        return deferred.isEmpty() && submitted.isEmpty();
    }

    /** Returns how many tasks of the loop's own thread there are. */
    int deferred() {
        return deferred.size();
    }

    /** Runs so many tasks of the loop's own thread, then those of others. */
    void run(int count, Consumer<Runnable> runner) {
        for (int left = count; left > 0; left--) {
            runner.accept(deferred.remove());
        }
        for (int left = Math.min(submitted.size(), MOST_SUBMITTED); left > 0; left--) {
            runner.accept(submitted.remove());
        }
    }
}
