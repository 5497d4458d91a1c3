package io.apexproxy.runtime.engine.select;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tasks of a loop: those that its own thread defers, and those that other threads submit. */
final class LoopTasks {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /** Tasks of other threads in one turn, so that a thread that submits many does not delay the channels. */
    private static final int SUBMITTED_PER_TURN = 256;

    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private volatile boolean refusing;

    /**
     * Submits a task. From any thread but the loop's.
     *
     * @return false if the loop terminates; the task will not run
     */
    boolean submit(Runnable task) {
        submitted.add(task);
        return !refusing || !submitted.remove(task);
    }

    /** Returns whether a task of another thread waits. From any thread. */
    boolean isSubmittedEmpty() {
        return submitted.isEmpty();
    }

    // ---- what follows is for the loop's thread only

    /**
     * Defers a task of the loop's own to the next turn.
     *
     * @return false if the loop terminates; the task will not run
     */
    boolean defer(Runnable task) {
        return !refusing && deferred.add(task);
    }

    /** Defers a task also while the loop terminates. */
    void deferAlways(Runnable task) {
        deferred.add(task);
    }

    int deferredCount() {
        return deferred.size();
    }

    boolean isEmpty() {
        return deferred.isEmpty() && submitted.isEmpty();
    }

    /** Runs so many deferred tasks, the oldest first; returns whether there was one. */
    boolean runDeferred(int count) {
        for (int left = count; left > 0; left--) {
            run(deferred.remove());
        }
        return count > 0;
    }

    /** Runs submitted tasks, but not more than a turn has time for; returns whether there was one. */
    boolean runSubmitted() {
        int count = 0;
        for (Runnable task; count < SUBMITTED_PER_TURN && (task = submitted.poll()) != null; count++) {
            run(task);
        }
        return count > 0;
    }

    /** Takes no more tasks, and runs those that were taken. */
    void terminate() {
        refusing = true;
        while (!isEmpty()) {
            runDeferred(deferred.size());
            runSubmitted();
        }
    }

    void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            report("A task threw", thrown);
        }
    }

    /** Logs what was thrown where nothing may be thrown; also if logging fails. */
    static void report(String what, Throwable thrown) {
        try {
            LOG.error("{}; the event loop goes on", what, thrown);
        } catch (Throwable unloggable) {
            thrown.addSuppressed(unloggable);
        }
    }
}
