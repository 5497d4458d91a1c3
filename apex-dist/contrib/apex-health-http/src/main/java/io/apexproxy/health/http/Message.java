package io.apexproxy.health.http;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP message as far as it has arrived, with its body freed of chunks. Bytes are characters of ISO 8859-1.
 *
 * @param body the body so far
 * @param complete whether the message says that this is all
 */
record Message(String body, boolean complete) {

    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Pattern CHUNKED = header("transfer-encoding:.*chunked");
    private static final Pattern LENGTH = header("content-length:[ \t]*(\\d{1,18})");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,7})[^\r\n]*\r\n");

    private static Pattern header(String line) {
        return Pattern.compile("\r\n" + line + "[ \t]*\r\n", Pattern.CASE_INSENSITIVE);
    }

    /** Returns what follows the header lines; empty if these have not all arrived. */
    static Optional<String> afterHead(String message) {
        int end = message.indexOf(END_OF_HEAD);
        return end < 0 ? Optional.empty() : Optional.of(message.substring(end + END_OF_HEAD.length()));
    }

    /** Returns the message; empty if its header lines have not all arrived. */
    static Optional<Message> parse(String text) {
        return afterHead(text).map(rest -> {
            String head = text.substring(0, text.length() - rest.length());
            if (CHUNKED.matcher(head).find()) {
                return unchunked(rest);
            }
            OptionalLong length = length(head);
            return new Message(rest, length.isPresent() && rest.length() >= length.getAsLong());
        });
    }

    private static OptionalLong length(String head) {
        Matcher header = LENGTH.matcher(head);
        return header.find() ? OptionalLong.of(Long.parseLong(header.group(1))) : OptionalLong.empty();
    }

    /** Joins the chunks (RFC 9112, section 7.1); what is no chunk ends the body. */
    private static Message unchunked(String text) {
        StringBuilder body = new StringBuilder();
        int position = 0;
        while (true) {
            Matcher size = CHUNK.matcher(text).region(position, text.length());
            if (!size.lookingAt()) {
                // a size line that is incomplete, or none at all
                boolean moreMayCome = text.indexOf("\r\n", position) < 0;
                return new Message(body.toString(), !moreMayCome);
            }
            int length = Integer.parseInt(size.group(1), 16);
            if (length == 0) {
                return new Message(body.toString(), true);
            }
            int end = size.end() + length;
            body.append(text, size.end(), Math.min(end, text.length()));
            position = end + "\r\n".length();
            if (position > text.length()) {
                return new Message(body.toString(), false);
            }
        }
    }
}
