package io.apexproxy.health.http;

import java.nio.charset.StandardCharsets;

/**
 * The first bytes of a line or a body. Later bytes are counted, not kept.
 */
final class Excerpt {

    /** How much of something unexpected a message shows, in characters. */
    private static final int MAX_SHOWN = 60;

    private final byte[] kept;
    private int length;

    /**
     * Creates an empty excerpt.
     *
     * @param capacity how many bytes are kept
     */
    Excerpt(int capacity) {
        this.kept = new byte[capacity];
    }

    /** Creates an excerpt that keeps as much as a message shows. */
    static Excerpt forMessage() {
        return new Excerpt(MAX_SHOWN);
    }

    void add(byte next) {
        if (length < kept.length) {
            kept[length] = next;
        }
        length++;
    }

    void clear() {
        length = 0;
    }

    /** Removes the last byte if it is a carriage return. */
    void trimReturn() {
        if (length > 0 && length <= kept.length && kept[length - 1] == '\r') {
            length--;
        }
    }

    /** Returns how many bytes were added; this may be more than were kept. */
    int length() {
        return length;
    }

    /** Returns the bytes that were kept, each as one character (ISO 8859-1). */
    String text() {
        return new String(kept, 0, Math.min(length, kept.length), StandardCharsets.ISO_8859_1);
    }

    /** Returns the text for a message: one line, without control characters, cut after 60 characters. */
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
