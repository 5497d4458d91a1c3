package io.apexproxy.runtime.cli.convert.draft;

import io.apexproxy.api.Origin;

/**
 * A word of a configuration file, without quotes and escapes.
 *
 * @param text the text
 * @param origin the position of its first character
 * @param hasVariable whether the text contains an environment variable that HAProxy would replace
 */
public record Word(String text, Origin origin, boolean hasVariable) {

    /** Returns a number; the text if it is none, which {@link DraftCheck} then reports. */
    public Object number() {
        return text.matches("\\d{1,18}") ? (Object) Long.valueOf(text) : text;
    }
}
