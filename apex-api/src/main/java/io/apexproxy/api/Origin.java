package io.apexproxy.api;

import java.util.Objects;

/**
 * The position of a value in the configuration.
 *
 * @param source the name by which the user finds the source: the path of a file, a key in a store, {@code --listen} on
 *     a command line
 * @param line the line, from 1; 0 if the source has no lines
 * @param column the column, from 1, in characters; 0 if unknown
 * @since 0.1
 */
public record Origin(String source, int line, int column) {

    /**
     * Rejects an impossible position.
     *
     * @param source the name by which the user finds the source
     * @param line from 1, or 0
     * @param column from 1, or 0
     * @throws IllegalArgumentException if a number is negative, or there is a column without a line
     */
    public Origin {
        Objects.requireNonNull(source, "source");
        if (line < 0 || column < 0 || (line == 0 && column > 0)) {
            throw new IllegalArgumentException("not a position: " + line + ":" + column);
        }
    }

    /**
     * Returns the origin of a value in a source without lines.
     *
     * @param source the name by which the user finds the source
     * @return an origin without line and column
     */
    public static Origin of(String source) {
        return new Origin(source, 0, 0);
    }

    /**
     * Returns the form that editors and terminals recognize as a link.
     *
     * @return {@code source:line:column}, without unknown parts
     */
    @Override
    public String toString() {
        if (line == 0) {
            return source;
        }
        return column == 0 ? source + ":" + line : source + ":" + line + ":" + column;
    }
}
