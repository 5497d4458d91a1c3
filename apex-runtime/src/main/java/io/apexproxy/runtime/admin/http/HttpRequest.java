package io.apexproxy.runtime.admin.http;

import java.util.List;
import java.util.Locale;

/**
 * The head of an HTTP request.
 *
 * @param method as sent; methods are case-sensitive
 * @param path without the query; not decoded, because no path of the endpoint needs an escape
 * @param query the part of the target after the question mark, not decoded; empty if there is none
 * @param version {@code 1.0} or {@code 1.1}
 * @param headers the header lines, in the order of the request
 */
public record HttpRequest(String method, String path, String query, String version, List<Header> headers) {

    /**
     * A header line.
     *
     * @param name in lower case
     * @param value without white space at its ends
     */
    public record Header(String name, String value) {
    }

    /** Returns whether the method is HEAD, so that the response has no body. */
    public boolean isHead() {
        return method.equals("HEAD");
    }

    /** Returns the values of all headers with a name, in any case and in the order of the request. */
    public List<String> values(String name) {
        String lowerCaseName = name.toLowerCase(Locale.ROOT);
        return headers.stream().filter(header -> header.name().equals(lowerCaseName)).map(Header::value).toList();
    }

    /** Returns the values of a list header, joined as RFC 9110, 5.3 permits; empty if there is no such header. */
    public String list(String name) {
        return String.join(", ", values(name));
    }

    /** Returns whether the client accepts a response compressed with gzip. */
    public boolean acceptsGzip() {
        return ContentCoding.acceptsGzip(list("Accept-Encoding"));
    }

    /** Returns whether a body follows the head. */
    boolean hasBody() {
        return values("Content-Length").stream().anyMatch(length -> !length.matches("0+"));
    }
}
