package io.apexproxy.config.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Buffer that combines a burst of changes into one reload. */
final class ChangeCoalescer {

    /** A burst without changes for this time is settled, because scripts write keys in quick succession. */
    private static final Duration QUIET_TIME = Duration.ofMillis(100);

    /** Limits the wait for a settled burst, so that a change is reported within 1 s even during continuous changes. */
    private static final Duration MAX_SETTLE_TIME = Duration.ofMillis(500);

    private final List<Snapshot.Event> pending = new ArrayList<>();
    private long first;
    private long due;

    void add(List<Snapshot.Event> events) {
        if (events.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        first = pending.isEmpty() ? now : first;
        due = first + Math.min(MAX_SETTLE_TIME.toNanos(), now - first + QUIET_TIME.toNanos());
        pending.addAll(events);
    }

    boolean isSettled() {
        return !pending.isEmpty() && System.nanoTime() - due >= 0;
    }

    List<Snapshot.Event> pending() {
        return pending;
    }

    /** Returns and removes all pending changes. */
    List<Snapshot.Event> take() {
        List<Snapshot.Event> taken = List.copyOf(pending);
        pending.clear();
        return taken;
    }

    /** Returns the time to wait for the next change, which is at most {@code maxNanos}. */
    Duration timeout(long maxNanos) {
        return Duration.ofNanos(pending.isEmpty() ? maxNanos : Math.min(maxNanos, due - System.nanoTime()));
    }
}
