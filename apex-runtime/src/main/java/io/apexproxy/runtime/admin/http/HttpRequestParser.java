package io.apexproxy.runtime.admin.http;

import io.apexproxy.runtime.admin.http.HttpRequest.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parser of the head of an HTTP/1.0 or HTTP/1.1 request. The time is linear in the length of the head.
 *
 * <p>Pure: no channel, no clock. It is strict where a server and a proxy in front of it can interpret a request
 * differently: lines end with CR LF and are not folded, and no space precedes the colon of a header. A head has at most
 * one {@code Content-Length} and no {@code Transfer-Encoding}, because no request of the endpoint needs a body.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112: HTTP/1.1</a>
 */
final class HttpRequestParser {

    /** Limit of bytes of a head. A browser sends about 2 KiB. */
    static final int MAX_HEAD_BYTES = 8 * 1024;
    /** Limit of header lines of a head. A browser sends about 20. */
    static final int MAX_HEADERS = 64;

    private static final String TOKEN = "[-!#$%&'*+.^_`|~0-9A-Za-z]+";
    private static final Pattern NAME = Pattern.compile(TOKEN);
    private static final Pattern REQUEST_LINE =
            Pattern.compile("(?<method>" + TOKEN + ") (?<target>[!-~]+) HTTP/(?<version>[0-9][.][0-9])");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final String LINE_END = "\r\n";
    private static final int HEAD_END_BYTES = 4;
    private static final int DELETE = 0x7f;

    private HttpRequestParser() {
    }

    /**
     * Finds the empty line that ends a head.
     *
     * @param bytes all received bytes
     * @param from the number of bytes that were searched before
     * @param length the number of received bytes
     * @return the index after the empty line; -1 if it has not arrived
     * @throws BadRequestException if a line does not end with CR LF
     */
    static int headEnd(byte[] bytes, int from, int length) throws BadRequestException {
        for (int index = from; index < length; index++) {
            if (bytes[index] == '\n') {
                if (index == 0 || bytes[index - 1] != '\r') {
                    throw malformed("a line ends without a carriage return");
                }
                if (index == 1 || bytes[index - 2] == '\n') {
                    return index + 1;
                }
            }
        }
        return -1;
    }

    /**
     * Parses a head.
     *
     * @param bytes the head, possibly followed by other bytes
     * @param end the result of {@link #headEnd}
     */
    static HttpRequest parse(byte[] bytes, int end) throws BadRequestException {
        int length = Math.max(0, end - HEAD_END_BYTES);
        String[] lines = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).split(LINE_END, -1);
        if (lines.length - 1 > MAX_HEADERS) {
            throw new BadRequestException(Response.HEAD_TOO_LARGE, "expected at most " + MAX_HEADERS + " headers");
        }
        Matcher start = REQUEST_LINE.matcher(lines[0]);
        if (!start.matches()) {
            throw malformed("expected a request line such as GET /status HTTP/1.1");
        }
        String version = start.group("version");
        if (!version.startsWith("1.")) {
            throw new BadRequestException(Response.VERSION_NOT_SUPPORTED, "expected HTTP/1.1 or HTTP/1.0");
        }
        List<Header> headers = new ArrayList<>();
        for (int line = 1; line < lines.length; line++) {
            headers.add(header(lines[line]));
        }
        HttpRequest request = new HttpRequest(start.group("method"), path(start.group("target")),
                query(start.group("target")), version.equals("1.0") ? "1.0" : "1.1", headers);
        checkFraming(request);
        return request;
    }

    private static String path(String target) throws BadRequestException {
        if (target.charAt(0) != '/') {
            throw malformed("expected a path such as /status in the request line");
        }
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static String query(String target) {
        int start = target.indexOf('?');
        return start < 0 ? "" : target.substring(start + 1);
    }

    private static Header header(String line) throws BadRequestException {
        int colon = line.indexOf(':');
        if (colon < 0 || !NAME.matcher(line.substring(0, colon)).matches()) {
            throw malformed("expected a header such as Host: localhost");
        }
        int start = colon + 1;
        int end = line.length();
        while (start < end && isBlank(line.charAt(start))) {
            start++;
        }
        while (start < end && isBlank(line.charAt(end - 1))) {
            end--;
        }
        String value = line.substring(start, end);
        if (value.chars().anyMatch(character -> (character < ' ' && character != '\t') || character == DELETE)) {
            throw malformed("a header contains a control character");
        }
        return new Header(line.substring(0, colon).toLowerCase(Locale.ROOT), value);
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }

    /** Rejects a request whose body length a server and a proxy can interpret differently. */
    private static void checkFraming(HttpRequest request) throws BadRequestException {
        List<String> lengths = request.values("Content-Length");
        if (lengths.size() > 1 || !lengths.stream().allMatch(length -> LENGTH.matcher(length).matches())) {
            throw malformed("expected one Content-Length, a number of bytes");
        }
        if (!request.values("Transfer-Encoding").isEmpty()) {
            throw lengths.isEmpty() && request.version().equals("1.1")
                    ? new BadRequestException(Response.NOT_IMPLEMENTED,
                            "a request with Transfer-Encoding is not supported")
                    : malformed("Transfer-Encoding contradicts Content-Length or HTTP/1.0");
        }
    }

    private static BadRequestException malformed(String message) {
        return new BadRequestException(Response.BAD_REQUEST, message);
    }
}
