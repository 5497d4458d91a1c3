package io.apexproxy.api.config;

import io.apexproxy.api.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A value of the configuration with its place, in the types that TOML, JSON and YAML have in common.
 *
 * <p>Trees are immutable. Two trees are equal when their values are, wherever they were written: a comment added above
 * a table changes nothing. Tables are equal whatever the order of their keys.
 *
 * @since 0.1
 */
public sealed interface ConfigTree {

    /**
     * Returns where the value is.
     *
     * @return the place of the value's first character
     */
    Origin origin();

    /**
     * Named values.
     *
     * @param members the values by key, in the order in which they were written
     * @param origin the place of the table's header or opening brace; for the root, of the whole source
     * @since 0.1
     */
    record Table(Map<String, Member> members, Origin origin) implements ConfigTree {

        /**
         * Copies the members.
         *
         * @param members in the order in which they were written
         * @param origin the table's place
         */
        public Table {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
            Objects.requireNonNull(origin, "origin");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Table that && members.equals(that.members);
        }

        @Override
        public int hashCode() {
            return members.hashCode();
        }
    }

    /**
     * A value of a table.
     *
     * @param key the place of the key
     * @param value the value
     * @since 0.1
     */
    record Member(Origin key, ConfigTree value) {

        /**
         * Refuses {@code null}.
         *
         * @param key the key's place
         * @param value the value
         */
        public Member {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Member that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /**
     * Values in a row.
     *
     * @param elements the values
     * @param origin the place of the opening bracket
     * @since 0.1
     */
    record Array(List<ConfigTree> elements, Origin origin) implements ConfigTree {

        /**
         * Copies the elements.
         *
         * @param elements in the order in which they were written
         * @param origin the array's place
         */
        public Array {
            elements = List.copyOf(elements);
            Objects.requireNonNull(origin, "origin");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Array that && elements.equals(that.elements);
        }

        @Override
        public int hashCode() {
            return elements.hashCode();
        }
    }

    /**
     * A single value.
     *
     * @param value a {@link String}, {@link Long}, {@link Double} or {@link Boolean}; of other types of a format, such
     *     as dates, the text as it was written
     * @param origin the place of its first character
     * @since 0.1
     */
    record Scalar(Object value, Origin origin) implements ConfigTree {

        /**
         * Refuses a value of any other type.
         *
         * @param value a value of one of the four types
         * @param origin the value's place
         * @throws IllegalArgumentException if it is of another type
         */
        public Scalar {
            if (!(value instanceof String || value instanceof Long || value instanceof Double
                    || value instanceof Boolean)) {
                throw new IllegalArgumentException("no type of the configuration: " + value);
            }
            Objects.requireNonNull(origin, "origin");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Scalar that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }
}
