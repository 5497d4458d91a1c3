package io.apexproxy.source.docker;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response of HTTP/1.1 on a connection that is used once.
 *
 * <p>The body ends at the length of the header, at the last chunk, or at the end of the connection. If the connection
 * ends earlier, reading the body fails.
 *
 * @param status the status
 * @param body the body without its framing
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
record Response(int status, InputStream body) {

    private static final int OK = 200;
    /** Far more than the daemons and their proxies send, in bytes. */
    private static final int MAX_HEAD = 32 << 10;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final Pattern HEADER = Pattern.compile("([!-9;-~]+):(.*)");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    /** Reads the status line and the headers. The body is read from the same stream later. */
    static Response read(InputStream stream) throws IOException {
        Lines lines = new Lines(stream, MAX_HEAD);
        Matcher status = STATUS_LINE.matcher(lines.next());
        if (!status.matches()) {
            throw new IOException("expected a response of HTTP/1.1, found other data");
        }
        OptionalLong length = OptionalLong.empty();
        boolean isChunked = false;
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            Matcher header = HEADER.matcher(line);
            if (!header.matches()) {
                throw new IOException("expected a header of HTTP/1.1, found other data");
            }
            String value = header.group(2).strip();
            switch (header.group(1).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = OptionalLong.of(length(value, length));
                case "transfer-encoding" -> isChunked = isChunked(value);
                default -> {} // has no effect on the body
            }
        }
        return new Response(Integer.parseInt(status.group(1)), body(stream, length, isChunked));
    }

    private static InputStream body(InputStream stream, OptionalLong length, boolean isChunked) {
        if (isChunked) { // has precedence over a length, section 6.3
            return FramedBody.chunked(stream);
        }
        return length.isPresent() ? FramedBody.ofLength(stream, length.getAsLong()) : stream;
    }

    private static long length(String value, OptionalLong previous) throws IOException {
        if (LENGTH.matcher(value).matches()) {
            long length = Long.parseLong(value);
            if (previous.orElse(length) == length) {
                return length;
            }
        }
        throw new IOException("the response has an invalid Content-Length");
    }

    private static boolean isChunked(String value) throws IOException {
        if (value.equalsIgnoreCase("chunked")) {
            return true;
        }
        throw new IOException("the response has an unknown Transfer-Encoding");
    }

    boolean isOk() {
        return status == OK;
    }

    /** Fails for another status than 200. */
    void requireOk() throws IOException {
        if (!isOk()) {
            throw new IOException("expected status 200, found " + status);
        }
    }
}
