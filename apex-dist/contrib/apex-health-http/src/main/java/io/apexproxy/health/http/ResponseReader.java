package io.apexproxy.health.http;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Reasons;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Incremental reader of an HTTP response, which evaluates it as early as possible.
 *
 * <p>Pure: no channel and no clock. Each byte is processed once, so the cost depends on the length of the response, not
 * on the number of pieces. Memory is bounded: only 1 KiB of a line and the body excerpt for messages are stored. Lines
 * end with LF or CRLF (RFC 9112, section 2.2). Interim responses (1xx) are skipped.
 */
final class ResponseReader {

    /** The maximum size of all heads, including those of interim responses, in bytes. */
    static final int MAX_HEAD = 64 * 1024;
    /** The number of bytes of the body that are read, including chunk framing. */
    static final int MAX_BODY = 64 * 1024;

    private static final int KIB = 1024;
    /** In bytes; longer than any relevant header line. */
    private static final int MAX_LINE_KEPT = KIB;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?", Pattern.DOTALL);
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
    /** The begin of an alert, the answer of a TLS server to a request without TLS. */
    private static final String TLS_ALERT = "\u0015\u0003";
    private static final String HTTP_1_1 = "HTTP/1.1";
    private static final int FIRST_FINAL_STATUS = 200;
    /** The interim status after which the connection no longer uses HTTP. */
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** The part of the response to which the next byte belongs. */
    private enum Part {
        STATUS_LINE, INTERIM_HEADERS, HEADERS, BODY
    }

    private final Expectation expectation;
    private final Excerpt line = new Excerpt(MAX_LINE_KEPT);
    private Part part = Part.STATUS_LINE;
    private int headBytes;
    private int bodyBytes;
    private boolean bodiless;
    private boolean chunked;
    private long length = -1;
    private BodyReader body;

    ResponseReader(Expectation expectation) {
        this.expectation = expectation;
    }

    /**
     * Reads the next piece of the response.
     *
     * @param piece any number of bytes; bytes after those that decide the result are not consumed
     * @return the result; empty if more bytes are needed
     */
    Optional<HealthResult> read(ByteBuffer piece) {
        Optional<HealthResult> result = Optional.empty();
        while (piece.hasRemaining() && result.isEmpty()) {
            byte next = piece.get();
            result = part == Part.BODY ? body(next) : head(next);
        }
        return result;
    }

    private Optional<HealthResult> head(byte next) {
        headBytes++;
        if (headBytes > MAX_HEAD) {
            return unhealthy(part == Part.STATUS_LINE && !line.text().startsWith("HTTP/")
                    ? notHttp() : "head is longer than " + MAX_HEAD / KIB + " KiB");
        }
        if (next != '\n') {
            line.add(next);
            return Optional.empty();
        }
        line.trimReturn();
        Optional<HealthResult> result = line();
        line.clear();
        return result;
    }

    private Optional<HealthResult> line() {
        if (part == Part.STATUS_LINE) {
            return statusLine();
        } else if (part == Part.INTERIM_HEADERS) {
            part = line.length() > 0 ? part : Part.STATUS_LINE;
            return Optional.empty();
        } else if (line.length() > 0) {
            header(line.text());
            return Optional.empty();
        }
        return beginBody();
    }

    private Optional<HealthResult> statusLine() {
        Matcher matcher = STATUS_LINE.matcher(line.text());
        if (!matcher.matches()) {
            return unhealthy(notHttp());
        }
        int status = Integer.parseInt(matcher.group(1));
        if (status < FIRST_FINAL_STATUS && status != SWITCHING_PROTOCOLS && line.text().startsWith(HTTP_1_1)) {
            part = Part.INTERIM_HEADERS;
            return Optional.empty();
        }
        if (!expectation.includes(status)) {
            return unhealthy("status " + Excerpt.shown(line.text().substring(matcher.start(1)))
                    + ", expected " + expectation.statuses());
        }
        if (expectation.body().isEmpty()) {
            return Optional.of(HealthResult.healthy());
        }
        bodiless = status == NO_CONTENT || status == NOT_MODIFIED;
        part = Part.HEADERS;
        return Optional.empty();
    }

    private String notHttp() {
        return line.text().startsWith(TLS_ALERT) ? Reasons.TLS_ALERT
                : "not an HTTP response: \"" + line.shown() + "\"";
    }

    private void header(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return;
        }
        String value = text.substring(colon + 1).strip();
        switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "transfer-encoding" -> chunked |= value.toLowerCase(Locale.ROOT).endsWith("chunked");
            case "content-length" -> length = LENGTH.matcher(value).matches() ? Long.parseLong(value) : length;
            default -> {}
        }
    }

    private Optional<HealthResult> beginBody() {
        part = Part.BODY;
        String text = expectation.body();
        if (bodiless) {
            body = BodyReader.ofLength(0, text);
        } else if (chunked) {
            body = BodyReader.ofChunks(text);
        } else {
            body = length < 0 ? BodyReader.untilClose(text) : BodyReader.ofLength(length, text);
        }
        return body.isComplete() ? unhealthy(notFound("")) : Optional.empty();
    }

    private Optional<HealthResult> body(byte next) {
        bodyBytes++;
        body.add(next);
        if (body.isFound()) {
            return Optional.of(HealthResult.healthy());
        } else if (body.isComplete()) {
            return unhealthy(notFound(""));
        }
        return bodyBytes < MAX_BODY
                ? Optional.empty() : unhealthy(notFound("first " + MAX_BODY / KIB + " KiB of the "));
    }

    private String notFound(String range) {
        return "no \"" + expectation.body() + "\" in the " + range + "body: \"" + body.shown() + "\"";
    }

    private static Optional<HealthResult> unhealthy(String reason) {
        return Optional.of(HealthResult.unhealthy(reason));
    }

    /** Returns the result if the connection ends before {@link #read} returns one. */
    HealthResult end() {
        if (part == Part.BODY) {
            return HealthResult.unhealthy(notFound(""));
        } else if (part != Part.STATUS_LINE) {
            return HealthResult.unhealthy("connection closed within the header");
        }
        return HealthResult.unhealthy(line.length() == 0 ? "connection closed without a response" : notHttp());
    }
}
