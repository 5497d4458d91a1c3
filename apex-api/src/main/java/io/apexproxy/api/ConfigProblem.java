package io.apexproxy.api;

import java.util.Objects;

/**
 * One problem of the configuration.
 *
 * @param origin the origin of the wrong value
 * @param message one line with what was expected, what was found and how to correct it, without the origin
 * @since 0.1
 */
public record ConfigProblem(Origin origin, String message) {

    /**
     * Rejects {@code null}.
     *
     * @param origin the origin of the wrong value
     * @param message one line, without the origin
     */
    public ConfigProblem {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(message, "message");
    }

    /**
     * Returns the line for the user.
     *
     * @return {@code origin: message}
     */
    @Override
    public String toString() {
        return origin + ": " + message;
    }
}
