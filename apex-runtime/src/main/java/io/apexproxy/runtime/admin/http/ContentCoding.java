package io.apexproxy.runtime.admin.http;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads {@code Accept-Encoding}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3">RFC 9110, 12.5.3</a>
 */
final class ContentCoding {

    private static final Pattern ZERO_WEIGHT = Pattern.compile("q=0(\\.0{0,3})?");

    private ContentCoding() {
    }

    /** Returns whether the client named gzip and did not give it the weight 0; a {@code *} does not name it. */
    static boolean acceptsGzip(String acceptEncoding) {
        return Stream.of(acceptEncoding.toLowerCase(Locale.ROOT).split(",")).anyMatch(coding -> {
            String[] parts = coding.split(";");
            return parts.length > 0 && parts[0].strip().equals("gzip")
                    && Stream.of(parts).skip(1).map(String::strip).noneMatch(ZERO_WEIGHT.asMatchPredicate());
        });
    }
}
