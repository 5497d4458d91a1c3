package io.apexproxy.runtime.admin.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * An HTTP response, complete before its first byte is sent.
 *
 * @param status the HTTP status code
 * @param headers the headers in addition to those of every response
 * @param body the body; the response to a HEAD request has only its length
 */
@SuppressWarnings("ArrayRecordComponent") // responses are not compared, and the body is written as it is
public record Response(int status, Map<String, String> headers, byte[] body) {

    /** Success. */
    public static final int OK = 200;
    /** The request violates HTTP. */
    public static final int BAD_REQUEST = 400;
    /** The path does not exist. */
    public static final int NOT_FOUND = 404;
    /** The path does not support this method. */
    public static final int METHOD_NOT_ALLOWED = 405;
    /** The request contradicts the state of the proxy, or another request is in progress. */
    public static final int CONFLICT = 409;
    /** The request is for another host. */
    public static final int MISDIRECTED = 421;
    /** The head of the request exceeds a limit. */
    public static final int HEAD_TOO_LARGE = 431;
    /** Apex has a defect. */
    public static final int INTERNAL_ERROR = 500;
    /** The request needs an unsupported part of HTTP. */
    public static final int NOT_IMPLEMENTED = 501;
    /** The response is temporarily unavailable. */
    public static final int UNAVAILABLE = 503;
    /** The version of HTTP is not supported. */
    public static final int VERSION_NOT_SUPPORTED = 505;

    private static final Map<Integer, String> REASONS = Map.ofEntries(Map.entry(OK, "OK"),
            Map.entry(BAD_REQUEST, "Bad Request"), Map.entry(NOT_FOUND, "Not Found"),
            Map.entry(METHOD_NOT_ALLOWED, "Method Not Allowed"), Map.entry(CONFLICT, "Conflict"),
            Map.entry(MISDIRECTED, "Misdirected Request"), Map.entry(HEAD_TOO_LARGE, "Request Header Fields Too Large"),
            Map.entry(INTERNAL_ERROR, "Internal Server Error"), Map.entry(NOT_IMPLEMENTED, "Not Implemented"),
            Map.entry(UNAVAILABLE, "Service Unavailable"),
            Map.entry(VERSION_NOT_SUPPORTED, "HTTP Version Not Supported"));
    /** RFC 9110, 5.6.7; the JDK's own format omits the leading zero of a day. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /** Creates a response; the type is its {@code Content-Type}. */
    public static Response of(int status, String type, byte[] body) {
        return new Response(status, Map.of("Content-Type", type), body);
    }

    /** Creates a plain-text response; adds the final line break. */
    public static Response text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Returns this response with an additional header. */
    public Response with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Response(status, more, body);
    }

    /** Returns this response with a compressed body. */
    public Response gzipped() {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Response(status, headers, compressed.toByteArray()).with("Content-Encoding", "gzip");
    }

    /** Returns the bytes to send. The response to a HEAD request has no body. */
    ByteBuffer encode(boolean isHead) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(' ').append(REASONS.get(status));
        headers.forEach((name, value) -> append(head, name, value));
        append(head, "Content-Length", Integer.toString(body.length));
        append(head, "Date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
        append(head, "Cache-Control", "no-store"); // the state changes constantly
        append(head, "X-Content-Type-Options", "nosniff");
        append(head, "Connection", "close");
        byte[] first = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(first.length + (isHead ? 0 : body.length)).put(first);
        return (isHead ? bytes : bytes.put(body)).flip();
    }

    private static void append(StringBuilder head, String name, String value) {
        head.append("\r\n").append(name).append(": ").append(value);
    }
}
