package io.apexproxy.config.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Changes that wait for others that come with them: one reload for all. */
final class ChangeCoalescer {

    /** A burst has settled when nothing came for so long: scripts write one key after the other. */
    private static final Duration QUIET = Duration.ofMillis(100);

    /** Waiting for quiet ends here, so that a change is told within 1 s even while others come. */
    private static final Duration LONGEST_UNREST = Duration.ofMillis(500);

    private final List<Snapshot.Event> pending = new ArrayList<>();
    private long first;
    private long due;

    void add(List<Snapshot.Event> events) {
        if (events.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        first = pending.isEmpty() ? now : first;
        due = first + Math.min(LONGEST_UNREST.toNanos(), now - first + QUIET.toNanos());
        pending.addAll(events);
    }

    boolean isSettled() {
        return !pending.isEmpty() && System.nanoTime() - due >= 0;
    }

    List<Snapshot.Event> pending() {
        return pending;
    }

    /** Returns the changes, and begins with the next burst. */
    List<Snapshot.Event> take() {
        List<Snapshot.Event> taken = List.copyOf(pending);
        pending.clear();
        return taken;
    }

    /** How long to wait for more, if something else is to be done in so many nanoseconds. */
    Duration patience(long otherwise) {
        return Duration.ofNanos(pending.isEmpty() ? otherwise : Math.min(otherwise, due - System.nanoTime()));
    }
}
