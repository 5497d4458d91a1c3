package io.apexproxy.runtime.cli.convert.draft;

import io.apexproxy.api.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A table or an array of a draft, with comments between its elements. Not thread-safe. */
public final class Group {

    /** How a group is written. */
    public enum Form {
        /** {@code [listeners.web]}. */
        TABLE,
        /** <code>{ key = value }</code>. */
        INLINE,
        /** {@code [value]}. */
        ARRAY
    }

    /**
     * An element.
     *
     * @param origin the word that it comes from; the object identifies the element
     * @param key the key; empty for an element of an array and for a comment
     * @param value a string, a long, a boolean, a group or a comment
     */
    public record Entry(Origin origin, String key, Object value) {

        @Override
        public boolean equals(Object other) {
            return this == other; // elements of an array can have equal values
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /**
     * A comment on a line of its own.
     *
     * @param text one line of any length, without the sign of a comment
     */
    public record Comment(String text) {
    }

    private final Form form;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> byKey = new HashMap<>();

    Group(Form form) {
        this.form = form;
    }

    /** Creates a table on one line. */
    public static Group inline() {
        return new Group(Form.INLINE);
    }

    /** Creates an array. */
    public static Group array() {
        return new Group(Form.ARRAY);
    }

    Form form() {
        return form;
    }

    /** Returns the elements and comments; callers can add to the list of comments only. */
    public List<Entry> entries() {
        return entries;
    }

    /** Adds or replaces a value. Returns the value. */
    public <T> T put(Origin origin, String key, T value) {
        Entry entry = new Entry(copy(origin), key, value);
        Entry replaced = byKey.put(key, entry);
        if (replaced == null) {
            entries.add(entry);
        } else {
            entries.set(entries.indexOf(replaced), entry);
        }
        return value;
    }

    /** Adds an element of an array. Returns the element. */
    public <T> T add(Origin origin, T value) {
        entries.add(new Entry(copy(origin), "", value));
        return value;
    }

    /** Adds a comment. */
    public void comment(Origin origin, String text) {
        entries.add(new Entry(copy(origin), "", new Comment(text)));
    }

    /** Returns an inner group, which is added if it is missing. */
    public Group group(Origin origin, String key, Form inner) {
        return find(key).map(Entry::value).map(Group.class::cast).orElseGet(() -> put(origin, key, new Group(inner)));
    }

    /** Returns the element with a key. */
    public Optional<Entry> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** Adds a comment before an element. */
    public void commentBefore(Entry entry, String text) {
        entries.add(entries.indexOf(entry), new Entry(entry.origin(), "", new Comment(text)));
    }

    /** Removes an element. */
    public void remove(Entry entry) {
        entries.remove(entry);
        byKey.remove(entry.key(), entry);
    }

    /** Returns whether there is a value other than comments that meets a condition. */
    public boolean hasValues(Predicate<Object> condition) {
        return entries.stream().map(Entry::value).anyMatch(value -> !(value instanceof Comment)
                && condition.test(value));
    }

    /** A word can have several effects, each with an object of its own. */
    private static Origin copy(Origin origin) {
        return new Origin(origin.source(), origin.line(), origin.column());
    }
}
