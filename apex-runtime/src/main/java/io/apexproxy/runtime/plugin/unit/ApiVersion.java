package io.apexproxy.runtime.plugin.unit;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of apex-api's version that decides whether a plugin fits: within one major version the API only grows.
 *
 * @param major changes when something was taken away
 * @param minor changes when something was added
 */
record ApiVersion(int major, int minor) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9})(?:\\D.*)?|[^\\d.].*)?");

    /** Understands {@code 0.1}, {@code 0.1.0}, {@code 1-SNAPSHOT}; empty for what is no such version. */
    static Optional<ApiVersion> parse(String text) {
        Matcher version = FORM.matcher(text);
        if (!version.matches()) {
            return Optional.empty();
        }
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return Optional.of(new ApiVersion(Integer.parseInt(version.group(1)), minor));
    }

    /** Whether a plugin that was compiled against this version runs on the host's. */
    boolean fits(ApiVersion host) {
        return major == host.major && minor <= host.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
