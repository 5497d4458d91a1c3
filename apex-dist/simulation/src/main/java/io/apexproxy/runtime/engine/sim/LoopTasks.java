package io.apexproxy.runtime.engine.sim;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** The queues of tasks of a loop: deferred by its own thread, and submitted by other threads. */
final class LoopTasks {

    /** Most tasks of other threads in one turn, as in {@code engine.loop}. */
    private static final int MOST_SUBMITTED = 256;

    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final ArrayDeque<Runnable> submitted = new ArrayDeque<>();

    /** Adds a task of the loop's thread. */
    void defer(Runnable task) {
        deferred.add(task);
    }

    /** Adds a task of the loop's thread or of another thread. */
    void add(Runnable task, boolean own) {
        (own ? deferred : submitted).add(task);
    }

    boolean isEmpty() {
        return deferred.isEmpty() && submitted.isEmpty();
    }

    /** Returns the number of tasks of the loop's thread. */
    int deferred() {
        return deferred.size();
    }

    /** Runs this number of tasks of the loop's thread, and then tasks of other threads. */
    void run(int count, Consumer<Runnable> runner) {
        for (int left = count; left > 0; left--) {
            runner.accept(deferred.remove());
        }
        for (int left = Math.min(submitted.size(), MOST_SUBMITTED); left > 0; left--) {
            runner.accept(submitted.remove());
        }
    }
}
