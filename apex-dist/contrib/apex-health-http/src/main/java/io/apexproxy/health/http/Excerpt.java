package io.apexproxy.health.http;

import java.nio.charset.StandardCharsets;

/**
 * The first bytes of a line or a body. Later bytes are counted but not stored.
 */
final class Excerpt {

    /** The maximum number of characters that a message shows. */
    private static final int MAX_SHOWN = 60;

    private final byte[] stored;
    private int length;

    /**
     * Creates an empty excerpt.
     *
     * @param capacity the number of bytes to store
     */
    Excerpt(int capacity) {
        this.stored = new byte[capacity];
    }

    /** Creates an excerpt with the capacity that a message shows. */
    static Excerpt forMessage() {
        return new Excerpt(MAX_SHOWN);
    }

    void add(byte next) {
        if (length < stored.length) {
            stored[length] = next;
        }
        length++;
    }

    void clear() {
        length = 0;
    }

    /** Removes the last byte if it is a carriage return. */
    void trimReturn() {
        if (length > 0 && length <= stored.length && stored[length - 1] == '\r') {
            length--;
        }
    }

    /** Returns the number of bytes added, including those that were not stored. */
    int length() {
        return length;
    }

    /** Returns the stored bytes, each as one character (ISO 8859-1). */
    String text() {
        return new String(stored, 0, Math.min(length, stored.length), StandardCharsets.ISO_8859_1);
    }

    /** Returns the text for a message: one line without control characters, cut after 60 characters. */
    String shown() {
        String text = text();
        String cut = text.substring(0, Math.min(text.length(), MAX_SHOWN));
        return escaped(cut) + (length > MAX_SHOWN ? "..." : "");
    }

    /** Returns a text for a message, as {@link #shown()} does. */
    static String shown(String text) {
        return text.length() <= MAX_SHOWN ? escaped(text) : escaped(text.substring(0, MAX_SHOWN)) + "...";
    }

    private static String escaped(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n").replaceAll("[^ -~]", "?");
    }
}
