package io.apexproxy.health.http;

import java.nio.charset.StandardCharsets;

/**
 * Incremental search for a text in a stream of bytes (Knuth, Morris and Pratt).
 *
 * <p>The average cost per byte is constant. No bytes are stored.
 */
final class TextSearch {

    private final byte[] text;
    /** The length of the longest border, for each length of a matched prefix. */
    private final int[] borders;
    private int matched;

    TextSearch(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
        this.borders = borders(this.text);
    }

    private static int[] borders(byte[] text) {
        int[] borders = new int[text.length];
        int border = 0;
        for (int i = 1; i < text.length; i++) {
            while (border > 0 && text[i] != text[border]) {
                border = borders[border - 1];
            }
            if (text[i] == text[border]) {
                border++;
            }
            borders[i] = border;
        }
        return borders;
    }

    /** Processes the next byte and returns whether the text has been found so far. */
    boolean add(byte next) {
        if (isFound()) {
            return true;
        }
        while (matched > 0 && next != text[matched]) {
            matched = borders[matched - 1];
        }
        if (next == text[matched]) {
            matched++;
        }
        return isFound();
    }

    private boolean isFound() {
        return matched == text.length;
    }
}
