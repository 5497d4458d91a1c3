package io.apexproxy.runtime.admin.http;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parser of {@code Accept-Encoding}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3">RFC 9110, 12.5.3</a>
 */
final class ContentCoding {

    private static final Pattern ZERO_WEIGHT = Pattern.compile("q=0(\\.0{0,3})?");

    private ContentCoding() {
    }

    /** Returns whether the client lists gzip with a weight other than 0; {@code *} does not count. */
    static boolean acceptsGzip(String acceptEncoding) {
        return Stream.of(acceptEncoding.toLowerCase(Locale.ROOT).split(",")).anyMatch(coding -> {
            String[] parts = coding.split(";");
            return parts.length > 0 && parts[0].strip().equals("gzip")
                    && Stream.of(parts).skip(1).map(String::strip).noneMatch(ZERO_WEIGHT.asMatchPredicate());
        });
    }
}
