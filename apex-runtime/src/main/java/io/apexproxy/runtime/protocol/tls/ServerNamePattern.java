package io.apexproxy.runtime.protocol.tls;

import io.apexproxy.runtime.log.CleanText;

/**
 * A set of server names: one name such as {@code a.example}, all names with one or more labels before a suffix such as
 * {@code *.b.example}, or all names ({@code *}). The suffix alone is not in the set.
 *
 * @param text the pattern in the form of {@link ServerNames#normalize}
 */
public record ServerNamePattern(String text) {

    private static final String ALL = "*";
    private static final String SUFFIX_START = "*.";

    /** Normalizes and checks the text; see {@link #parse}. */
    public ServerNamePattern {
        String found = text;
        text = ServerNames.normalize(text);
        if (!text.equals(ALL)
                && !ServerNames.isValid(text.startsWith(SUFFIX_START) ? text.substring(SUFFIX_START.length()) : text)) {
            throw new IllegalArgumentException("expected a name such as \"a.example\", \"*.b.example\" or \"*\" (in"
                    + " ASCII, without a port, not a regular expression), found \"" + CleanText.piece(found) + "\"");
        }
    }

    /**
     * Parses a pattern.
     *
     * @throws IllegalArgumentException if the text is no pattern; its message says what is expected
     */
    public static ServerNamePattern parse(String text) {
        return new ServerNamePattern(text);
    }

    /**
     * Returns whether a name is in the set.
     *
     * @param normalizedName a name that {@link ServerNames#normalize} has returned
     */
    public boolean matches(String normalizedName) {
        if (!text.startsWith(ALL)) {
            return text.equals(normalizedName);
        }
        int suffixLength = text.length() - ALL.length();
        int labelsLength = normalizedName.length() - suffixLength;
        return labelsLength > 0 && normalizedName.regionMatches(labelsLength, text, ALL.length(), suffixLength);
    }

    /** Returns whether all names of another set are in this one. */
    public boolean covers(ServerNamePattern other) {
        return matches(other.text); // with the * of the other text read as a label
    }
}
