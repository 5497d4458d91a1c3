package io.apexproxy.health.http;

import io.apexproxy.api.Settings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The HTTP request of a probe, and the port it is sent to.
 *
 * @param method the method, such as {@code GET}
 * @param path the path with a leading slash, optionally with a query
 * @param host the {@code Host} header; empty for host and port of the backend
 * @param port the port to probe, or {@link #PORT_OF_BACKEND} for the port of each backend
 */
record Request(String method, String path, String host, int port) {

    static final int PORT_OF_BACKEND = 0;

    private static final int MAX_PORT = 65_535;

    /** The port that a {@code Host} header omits. */
    private static final int HTTP_PORT = 80;

    private static final Pattern METHOD = Pattern.compile("[A-Z]+");
    private static final Pattern PATH = Pattern.compile("/[!-~]*");
    private static final Pattern HOST = Pattern.compile("[!-~]*");

    static Request from(Settings settings) {
        return new Request(
                text(settings, "method", "GET", METHOD, "a method in capitals such as \"GET\""),
                text(settings, "path", "/", PATH, "a path such as \"/health\", percent-encoded where it is not ASCII"),
                text(settings, "host", "", HOST, "a host name such as \"app.example.com\""),
                (int) settings.integer("port", 1, MAX_PORT, PORT_OF_BACKEND));
    }

    private static String text(Settings settings, String key, String fallback, Pattern pattern, String expected) {
        String text = settings.string(key, fallback);
        // also rejects line breaks, which would start another header
        if (!pattern.matcher(text).matches()) {
            throw settings.invalid(key, "expected " + expected + ", found \"" + withoutQuery(text) + "\"");
        }
        return text;
    }

    /** Removes the query, which can contain a token. */
    private static String withoutQuery(String text) {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query + 1) + "…";
    }

    InetSocketAddress target(InetSocketAddress backend) {
        return port == PORT_OF_BACKEND ? backend : new InetSocketAddress(backend.getAddress(), port);
    }

    /** Returns the bytes of the request to this address. */
    ByteBuffer bytes(InetSocketAddress target) {
        String text = method + " " + path + " HTTP/1.1\r\n"
                + "Host: " + (host.isEmpty() ? authority(target) : host) + "\r\n"
                + "User-Agent: apex-health-http\r\n"
                + "Accept: */*\r\n"
                + "Connection: close\r\n"
                + "\r\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String authority(InetSocketAddress target) {
        String name = target.getHostString();
        String bracketed = name.indexOf(':') < 0 ? name : "[" + name + "]";
        return target.getPort() == HTTP_PORT ? bracketed : bracketed + ":" + target.getPort();
    }
}
