package io.apexproxy.health.tcp;

import java.nio.ByteBuffer;

/**
 * Bytes in a form that is safe and short enough for one line of a log.
 */
final class Excerpt {

    /** Enough to recognise a status line or a greeting, in bytes. */
    private static final int MAX_SHOWN = 60;

    private Excerpt() {
    }

    /**
     * Quotes the remaining bytes: control characters and everything beyond ASCII as escapes, the rest of a long text as
     * three dots. The buffer is left as it is.
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
