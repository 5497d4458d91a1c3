package io.apexproxy.runtime.relay;

import java.util.Comparator;

/** An order of sessions, largest first. */
public enum SessionOrder {
    /** By the time since the accept. */
    AGE,
    /** By the bytes received from both sides. */
    BYTES,
    /** By the bytes per second received from both sides. */
    RATE;

    private long key(SessionView view) {
        return switch (this) {
            case AGE -> view.ageNanos();
            case BYTES -> view.bytesFromClient() + view.bytesFromBackend();
            case RATE -> view.bytesPerSecond();
        };
    }

    /** Returns a comparator; sessions with equal keys have the order of their identifiers. */
    Comparator<SessionView> largestFirst() {
        return Comparator.comparingLong(this::key).reversed()
                .thenComparing(view -> view.id().loop()).thenComparing(view -> view.id().number());
    }
}
