package io.apexproxy.runtime.engine.loop;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A queue of bulk transfers that are ready. The loop serves them after the events of a turn, in the order in which they
 * became ready, so that they do not delay small messages of other channels. On the loop's thread only.
 */
final class BulkQueue {

    /** Time for bulk transfers in one turn: about ten transfers, and the longest delay of a small message. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ArrayDeque<HalfChannel> ready = new ArrayDeque<>();

    boolean isEmpty() {
        return ready.isEmpty();
    }

    void add(HalfChannel half) {
        ready.add(half);
    }

    /**
     * Serves each queued transfer at most once, until the time of the turn is used up; returns whether one was served.
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
