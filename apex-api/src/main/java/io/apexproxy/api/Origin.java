package io.apexproxy.api;

import java.util.Objects;

/**
 * Where a value of the configuration was written.
 *
 * @param source what the user would open to find it: a file's path, a key in a store, {@code --listen} on a command
 *     line
 * @param line the line, from 1; 0 if the source has no lines
 * @param column the column, from 1, in characters; 0 if unknown
 * @since 0.1
 */
public record Origin(String source, int line, int column) {

    /**
     * Refuses a place that cannot be.
     *
     * @param source what the user would open
     * @param line from 1, or 0
     * @param column from 1, or 0
     * @throws IllegalArgumentException if a number is negative, or there is a column without a line
     */
    public Origin {
        Objects.requireNonNull(source, "source");
        if (line < 0 || column < 0 || line == 0 && column > 0) {
            throw new IllegalArgumentException("no such place: " + line + ":" + column);
        }
    }

    /**
     * Returns the place of a source that has no lines.
     *
     * @param source what the user would open to find the value
     * @return an origin without line and column
     */
    public static Origin of(String source) {
        return new Origin(source, 0, 0);
    }

    /**
     * Returns the form that editors and terminals turn into a link.
     *
     * @return {@code source:line:column}, without the parts that are unknown
     */
    @Override
    public String toString() {
        if (line == 0) {
            return source;
        }
        return column == 0 ? source + ":" + line : source + ":" + line + ":" + column;
    }
}
