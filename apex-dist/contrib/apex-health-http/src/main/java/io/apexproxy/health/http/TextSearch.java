package io.apexproxy.health.http;

import java.nio.charset.StandardCharsets;

/**
 * Looks for a text in bytes that arrive one after the other (Knuth, Morris and Pratt).
 *
 * <p>Each byte costs the same on average, whatever the text and the bytes before. No byte is kept.
 */
final class TextSearch {

    private final byte[] text;
    /** For each length of a matched prefix: the length of its longest border. */
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

    /** Takes the next byte and returns whether the text has been found, now or earlier. */
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
