package io.apexproxy.api;

import java.util.Objects;

/**
 * One mistake in the configuration.
 *
 * @param origin where it is
 * @param message what is wrong, what was found, what was expected and what to do, in one line without the place
 * @since 0.1
 */
public record ConfigProblem(Origin origin, String message) {

    /**
     * Refuses {@code null}.
     *
     * @param origin the place
     * @param message one line
     */
    public ConfigProblem {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(message, "message");
    }

    /**
     * Returns the line that the user reads.
     *
     * @return {@code origin: message}
     */
    @Override
    public String toString() {
        return origin + ": " + message;
    }
}
