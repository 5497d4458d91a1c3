package io.apexproxy.runtime.pool.backend;

import java.time.Instant;

/**
 * The current state of a backend's health.
 *
 * @param state up, down, not yet known, or not checked
 * @param reason why the backend is down, in a few words; empty otherwise
 * @param since the time of the change to this state
 */
public record Verdict(State state, String reason, Instant since) {

    /** The states of a backend's health. */
    public enum State {
        /** No probe has a result yet. */
        UNKNOWN,
        /** The backend is healthy and may be picked. */
        UP,
        /** The backend is unhealthy. */
        DOWN,
        /** The backend has no health check and may always be picked. */
        UNCHECKED
    }

    /** Returns the verdict that no probe has a result from now on. */
    public static Verdict unknown() {
        return new Verdict(State.UNKNOWN, "", Instant.now());
    }

    /** Returns the verdict that a backend is up from now on. */
    public static Verdict up() {
        return new Verdict(State.UP, "", Instant.now());
    }

    /** Returns the verdict that a backend has no health check from now on. */
    public static Verdict unchecked() {
        return new Verdict(State.UNCHECKED, "", Instant.now());
    }

    /** Returns the verdict that a backend is down from now on, with the reason in a few words. */
    public static Verdict down(String reason) {
        return new Verdict(State.DOWN, reason, Instant.now());
    }
}
