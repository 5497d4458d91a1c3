package io.apexproxy.runtime.engine.select;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Bulk transfers that are ready. They are served after the events of a turn, in the order in which they became ready,
 * so that they do not delay the small messages of other channels. On the loop's thread only.
 */
final class BulkQueue {

    /** Time for bulk transfers in one turn: some ten steps, and what a small message has to wait. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ArrayDeque<HalfChannel> ready = new ArrayDeque<>();

    boolean isEmpty() {
        return ready.isEmpty();
    }

    void add(HalfChannel half) {
        ready.add(half);
    }

    /**
     * Serves each once at most, until the time is over.
     *
     * @return whether there was one
     */
    boolean serve(TurnClock clock) {
        if (ready.isEmpty()) {
            return false;
        }
        long end = clock.now() + TURN_NANOS;
        int left = ready.size();
        do {
            ready.remove().serveBulk();
            left--;
        } while (left > 0 && clock.read() - end < 0);
        return true;
    }
}
