package io.apexproxy.runtime.engine.loop;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queues of tasks of a loop: deferred by its own thread, and submitted by other threads. */
final class LoopTasks {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /** Most tasks of other threads in one turn, so that a thread that submits many does not delay the channels. */
    private static final int SUBMITTED_PER_TURN = 256;

    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private volatile boolean refusing;

    /** Submits a task; returns false if the loop terminates and will not run it. From any thread but the loop's. */
    boolean submit(Runnable task) {
        submitted.add(task);
        return !refusing || !submitted.remove(task);
    }

    /** Returns whether no task of another thread is queued. From any thread. */
    boolean isSubmittedEmpty() {
        return submitted.isEmpty();
    }

    // ---- on the loop's thread only

    /** Defers a task to the next turn; returns false if the loop terminates and will not run it. */
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

    /** Runs this number of deferred tasks, the oldest first; returns whether the number is positive. */
    boolean runDeferred(int count) {
        for (int left = count; left > 0; left--) {
            run(deferred.remove());
        }
        return count > 0;
    }

    /** Runs submitted tasks, at most {@link #SUBMITTED_PER_TURN}; returns whether a task ran. */
    boolean runSubmitted() {
        int count = 0;
        for (Runnable task; count < SUBMITTED_PER_TURN && (task = submitted.poll()) != null; count++) {
            run(task);
        }
        return count > 0;
    }

    /** Refuses new tasks, and runs those accepted before. */
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

    /** Logs an exception. Never throws, even if logging fails. */
    static void report(String event, Throwable thrown) {
        try {
            LOG.error("{}; the event loop continues", event, thrown);
        } catch (Throwable unloggable) {
            thrown.addSuppressed(unloggable);
        }
    }
}
