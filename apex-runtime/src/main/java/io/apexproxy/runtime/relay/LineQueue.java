package io.apexproxy.runtime.relay;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * A bounded queue from one thread to one other. Neither ever waits: what does not fit is refused.
 *
 * <p>A place is free while there is {@code null} in it. The two threads share nothing but the places, so that a loop
 * which ends a session meets the writer only when it has caught up.
 */
final class LineQueue {

    private final AtomicReferenceArray<Session.Summary> places;
    private int next;
    private int oldest;

    /**
     * Creates an empty queue.
     *
     * @param capacity how many lines fit
     */
    LineQueue(int capacity) {
        places = new AtomicReferenceArray<>(capacity);
    }

    /** Adds a line, unless the queue is full. Called by one thread. */
    boolean offer(Session.Summary line) {
        if (places.getAcquire(next) != null) {
            return false;
        }
        places.setRelease(next, line);
        next = after(next);
        return true;
    }

    /** Takes out all that is there, the oldest first, but not more than fit at a time. Called by one other thread. */
    void drain(Consumer<Session.Summary> consumer) {
        for (int taken = 0; taken < places.length(); taken++) {
            Session.Summary line = places.getAcquire(oldest);
            if (line == null) {
                return;
            }
            places.setRelease(oldest, null);
            oldest = after(oldest);
            consumer.accept(line);
        }
    }

    private int after(int place) {
        return place + 1 == places.length() ? 0 : place + 1;
    }
}
