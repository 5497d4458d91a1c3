package io.apexproxy.api.config;

import io.apexproxy.api.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A value of the configuration with its origin, in the types that TOML, JSON and YAML have in common.
 *
 * <p>Trees are immutable. Equality compares values and ignores origins: a tree stays equal if a comment is added above
 * a table. It also ignores the order of keys.
 *
 * @since 0.1
 */
public sealed interface ConfigTree {

    /**
     * Returns the origin of the value.
     *
     * @return the position of the first character of the value
     */
    Origin origin();

    /**
     * A map from keys to values.
     *
     * @param members the values by key, in the order of the source
     * @param origin the position of the table's header or opening brace; for the root, the whole source
     * @since 0.1
     */
    record Table(Map<String, Member> members, Origin origin) implements ConfigTree {

        /**
         * Copies the members.
         *
         * @param members the values by key, in the order of the source
         * @param origin the origin of the table
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
     * An entry of a table.
     *
     * @param key the origin of the key
     * @param value the value
     * @since 0.1
     */
    record Member(Origin key, ConfigTree value) {

        /**
         * Rejects {@code null}.
         *
         * @param key the origin of the key
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
     * A list of values.
     *
     * @param elements the values
     * @param origin the position of the opening bracket
     * @since 0.1
     */
    record Array(List<ConfigTree> elements, Origin origin) implements ConfigTree {

        /**
         * Copies the elements.
         *
         * @param elements the values in the order of the source
         * @param origin the origin of the array
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
     * @param value a {@link String}, {@link Long}, {@link Double} or {@link Boolean}; for other types of a format, such
     *     as dates, the text in the source
     * @param origin the position of its first character
     * @since 0.1
     */
    record Scalar(Object value, Origin origin) implements ConfigTree {

        /**
         * Rejects a value of any other type.
         *
         * @param value a value of one of the four types
         * @param origin the origin of the value
         * @throws IllegalArgumentException if the value is of another type
         */
        public Scalar {
            if (!(value instanceof String || value instanceof Long || value instanceof Double
                    || value instanceof Boolean)) {
                throw new IllegalArgumentException("not a type of the configuration: " + value);
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
