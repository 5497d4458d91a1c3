package io.apexproxy.source.docker;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads lines of limited size together from a stream, and no byte after them. */
final class Lines {

    private final InputStream stream;
    private final int maxBytes;
    private int left;

    Lines(InputStream stream, int maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
        this.left = maxBytes;
    }

    /** Returns the next line without its end, CR LF or LF. */
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = stream.read(); next != '\n'; next = stream.read()) {
            if (next < 0) {
                throw new EOFException("the response ended before it was complete");
            } else if (left-- == 0) {
                throw new IOException("expected a line of the response, found more than " + maxBytes
                        + " bytes without an end");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
