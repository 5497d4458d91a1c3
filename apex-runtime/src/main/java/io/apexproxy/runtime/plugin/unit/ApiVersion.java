package io.apexproxy.runtime.plugin.unit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of apex-api without its patch level. Within a major version, the API is only extended.
 *
 * @param major increases when API elements are removed
 * @param minor increases when API elements are added
 */
record ApiVersion(int major, int minor) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9})(?:\\D.*)?|[^\\d.].*)?");

    /** Parses texts such as {@code 0.1}, {@code 0.1.0} or {@code 1-SNAPSHOT}. Empty for other texts. */
    static Optional<ApiVersion> parse(String text) {
        Matcher version = FORM.matcher(text);
        if (!version.matches()) {
            return Optional.empty();
        }
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return Optional.of(new ApiVersion(Integer.parseInt(version.group(1)), minor));
    }

    /** Returns whether a plugin that was compiled against this version runs with the version of the host. */
    boolean fits(ApiVersion host) {
        return major == host.major && minor <= host.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
