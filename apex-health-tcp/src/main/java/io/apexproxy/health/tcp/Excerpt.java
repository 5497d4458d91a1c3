package io.apexproxy.health.tcp;

import java.nio.ByteBuffer;

/**
 * Conversion of received bytes to short, escaped text for one log line.
 */
final class Excerpt {

    /** In bytes; enough to recognise a status line or a greeting. */
    private static final int MAX_SHOWN = 60;

    private Excerpt() {
    }

    /**
     * Quotes the remaining bytes. Control characters and bytes above 127 are escaped; a long text is cut and ends with
     * three dots. The position of the buffer does not change.
     */
    static String of(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return "nothing";
        }
        StringBuilder text = new StringBuilder("\"");
        int shown = Math.min(bytes.remaining(), MAX_SHOWN);
        for (int i = bytes.position(); i < bytes.position() + shown; i++) {
            append(text, bytes.get(i));
        }
        return text.append(shown < bytes.remaining() ? "\"..." : "\"").toString();
    }

    private static void append(StringBuilder text, byte value) {
        switch (value) {
            case '\r' -> text.append("\\r");
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '"', '\\' -> text.append('\\').append((char) value);
            default -> {
                if (value >= ' ' && value <= '~') {
                    text.append((char) value);
                } else {
                    text.append(String.format("\\x%02x", value));
                }
            }
        }
    }
}
