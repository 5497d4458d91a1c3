package io.apexproxy.health.jdbc;

import io.apexproxy.health.probe.Excerpt;
import java.util.List;

/**
 * Values that must not be shown.
 *
 * @param values no empty strings
 */
record Secrets(List<String> values) {

    /**
     * Returns a text of the driver or the server for one log line, escaped and cut. A text with a secret is not shown
     * at all: a part of it could contain a part of the secret.
     */
    String shown(String text, int maxLength) {
        return values.stream().anyMatch(text::contains) ? "a text that contains a secret, not shown"
                : Excerpt.unquoted(text, maxLength);
    }
}
