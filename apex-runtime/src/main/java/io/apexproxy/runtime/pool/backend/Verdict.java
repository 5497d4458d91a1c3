package io.apexproxy.runtime.pool.backend;

import java.time.Instant;

/**
 * What is currently held of a backend's health.
 *
 * @param state up, down, not yet known, or not checked
 * @param reason why it is down, in a few words; empty otherwise
 * @param since when this state was entered
 */
public record Verdict(State state, String reason, Instant since) {

    /** Whether a backend may be picked. */
    public enum State {
        /** No probe has answered yet. */
        UNKNOWN,
        /** It may be picked. */
        UP,
        /** It may not be picked. */
        DOWN,
        /** It has no health check, and may always be picked. */
        UNCHECKED
    }

    static Verdict unknown() {
        return new Verdict(State.UNKNOWN, "", Instant.now());
    }

    /** Returns the verdict of a backend that is up from now on. */
    public static Verdict up() {
        return new Verdict(State.UP, "", Instant.now());
    }

    /** Returns the verdict of a backend that has no health check from now on. */
    public static Verdict unchecked() {
        return new Verdict(State.UNCHECKED, "", Instant.now());
    }

    /**
     * Returns the verdict of a backend that is down from now on.
     *
     * @param reason why, in a few words
     */
    public static Verdict down(String reason) {
        return new Verdict(State.DOWN, reason, Instant.now());
    }
}
