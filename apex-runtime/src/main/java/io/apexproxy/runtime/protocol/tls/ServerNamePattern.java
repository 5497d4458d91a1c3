package io.apexproxy.runtime.protocol.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A set of server names: one name such as {@code a.example}, all names with one or more labels before a suffix such as
 * {@code *.b.example}, or all names ({@code *}). The suffix alone is not in the set.
 *
 * @param text the pattern in the form of {@link ServerNames#normalize}
 */
public record ServerNamePattern(String text) {

    private static final String ALL = "*";
    private static final String SUFFIX_START = "*.";

    /** Normalizes the text. Throws an IllegalArgumentException if it is no pattern. */
    public ServerNamePattern {
        text = ServerNames.normalize(text);
        if (!isValid(text)) {
            throw new IllegalArgumentException("no pattern of server names: " + text);
        }
    }

    private static boolean isValid(String normalized) {
        return normalized.equals(ALL) || ServerNames.isValid(
                normalized.startsWith(SUFFIX_START) ? normalized.substring(SUFFIX_START.length()) : normalized);
    }

    /** Parses a pattern in any case, with or without a trailing dot; empty if the text is no pattern. */
    public static Optional<ServerNamePattern> parse(String text) {
        return isValid(ServerNames.normalize(text)) ? Optional.of(new ServerNamePattern(text)) : Optional.empty();
    }

    /**
     * Returns the texts of all patterns that contain a name, the narrowest first: the name itself, each of its suffixes
     * after {@code *.}, and {@code *}.
     *
     * @param normalizedName the name of a {@link ParsedClientHello}. For the text of a pattern, the result has the
     *     patterns that contain all of its names.
     */
    static List<String> containing(String normalizedName) {
        List<String> patterns = new ArrayList<>();
        patterns.add(normalizedName);
        for (int dot = normalizedName.indexOf('.'); dot >= 0; dot = normalizedName.indexOf('.', dot + 1)) {
            patterns.add(ALL + normalizedName.substring(dot));
        }
        patterns.add(ALL);
        return patterns;
    }
}
