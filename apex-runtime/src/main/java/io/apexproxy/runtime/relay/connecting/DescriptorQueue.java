package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The attempts of a loop for whose channels no descriptor was left, in the order of their arrival. On the loop's thread
 * only.
 *
 * <p>Only the first one tries again, and the next one after its success: a try costs an exception, and thousands of
 * attempts can wait.
 */
final class DescriptorQueue {

    private static final long PERIOD_MILLIS = 100;
    /** The channels that are opened in one turn of the loop: a few milliseconds of work. */
    private static final int MOST_IN_TURN = 100;

    private final RelayLoop loop;
    private final Queue<ConnectAttempt> waiting = new ArrayDeque<>();

    DescriptorQueue(RelayLoop loop) {
        this.loop = loop;
    }

    void add(ConnectAttempt attempt) {
        waiting.add(attempt);
        if (waiting.size() == 1) {
            schedule();
        }
    }

    private void schedule() {
        loop.schedule(this::run, PERIOD_MILLIS);
    }

    private void run() {
        for (int left = MOST_IN_TURN; left > 0 && !waiting.isEmpty() && waiting.element().openAgain(); left--) {
            waiting.remove();
        }
        if (!waiting.isEmpty()) {
            schedule();
        }
    }
}
