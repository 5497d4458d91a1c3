package io.apexproxy.health.probe;

import java.nio.ByteBuffer;

/**
 * Conversion of received bytes to short, escaped text for one log line.
 *
 * @since 0.2
 */
public final class Excerpt {

    /** In bytes; enough to recognise a status line or a greeting. */
    private static final int MAX_SHOWN = 60;

    private Excerpt() {
    }

    /**
     * Quotes the remaining bytes. Control characters and bytes above 127 are escaped; a long text is cut and ends with
     * three dots. The position of the buffer does not change.
     *
     * @param bytes the received bytes
     * @return the text, such as {@code "220 ready\\r\\n"} in quotes, or {@code nothing} without quotes
     */
    public static String of(ByteBuffer bytes) {
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

    /**
     * Escapes a message of a backend without quotes. Control characters and characters above 126 are escaped; a long
     * text is cut and ends with three dots.
     *
     * @param message the message
     * @param maxLength the maximum number of characters of the message that the result contains
     * @return one line of ASCII
     */
    public static String unquoted(String message, int maxLength) {
        StringBuilder text = new StringBuilder();
        int shown = Math.min(message.length(), maxLength);
        for (int i = 0; i < shown; i++) {
            char character = message.charAt(i);
            if (character >= ' ' && character <= '~') {
                text.append(character);
            } else {
                text.append(String.format("\\u%04x", (int) character));
            }
        }
        return text.append(shown < message.length() ? "..." : "").toString();
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
