package io.apexproxy.runtime.protocol.tls;

import java.util.Arrays;

/** The form in which names of servers are compared, for routes as well as for certificates. */
public final class ServerNames {

    /** The maximum number of bytes of a name in a ClientHello. A DNS name has at most 254 with its trailing dot. */
    static final int MAX_LENGTH = 255;

    private static final int MAX_LABEL_LENGTH = 63;

    private ServerNames() {
    }

    /**
     * Returns a name in lower case (only ASCII letters are changed) without one trailing dot.
     *
     * @param name a name in any form
     */
    public static String normalize(String name) {
        char[] chars = name.toCharArray();
        for (int index = 0; index < chars.length; index++) {
            if (chars[index] >= 'A' && chars[index] <= 'Z') {
                chars[index] = Character.toLowerCase(chars[index]);
            }
        }
        return new String(chars, 0, name.endsWith(".") ? chars.length - 1 : chars.length);
    }

    /**
     * Returns whether a normalized name has only labels of ASCII letters, digits, hyphens and underscores. Names of
     * hosts in DNS have no underscores, but names of containers do.
     *
     * <p>Peers accept more: nginx excludes control characters, spaces and slashes, the TLS library of Envoy only NUL,
     * HAProxy nothing. Here, a name cannot forge a log line, or look like a pattern, a port or a path. Because empty
     * labels are excluded too, each name has one form.
     */
    static boolean isValid(String normalizedName) {
        boolean inLabel = false;
        for (int index = 0; index < normalizedName.length(); index++) {
            char next = normalizedName.charAt(index);
            if (next == '.' ? !inLabel : !isLabelCharacter(next)) {
                return false;
            }
            inLabel = next != '.';
        }
        return inLabel && normalizedName.length() <= MAX_LENGTH;
    }

    /** Returns whether a normalized name is valid, and has no label that is too long for DNS. */
    public static boolean isHostName(String normalizedName) {
        return isValid(normalizedName)
                && Arrays.stream(normalizedName.split("\\.")).allMatch(label -> label.length() <= MAX_LABEL_LENGTH);
    }

    private static boolean isLabelCharacter(char next) {
        return (next >= 'a' && next <= 'z') || (next >= '0' && next <= '9') || next == '-' || next == '_';
    }
}
