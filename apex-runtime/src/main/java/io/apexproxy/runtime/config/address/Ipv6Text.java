package io.apexproxy.runtime.config.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The canonical text of IPv6 addresses (RFC 5952). Logs, metrics and the check for duplicates use it, independently of
 * the notation in the configuration. Pure: resolves no names.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5952">RFC 5952</a>
 */
public final class Ipv6Text {

    /** The prefix of an IPv4-mapped address; the IPv4 address follows (section 5). */
    static final String MAPPED = "::ffff:";

    /** RFC 4291, and the zone of RFC 4007, which link-local addresses need. */
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(%[A-Za-z0-9_.-]+)?");
    private static final int GROUPS = 8;
    /** A single group of zeros is not shortened (section 4.2.2). */
    private static final int MIN_RUN = 2;
    private static final int HEX = 16;
    private static final byte ONES = (byte) 0xff;
    /** An IPv4-mapped address has ten bytes of zeros, two of ones and the four of the IPv4 address. */
    private static final int ONES_INDEX = 10;
    private static final int IPV4_INDEX = 12;

    private Ipv6Text() {
    }

    /**
     * Returns the canonical text of a literal address.
     *
     * @param literal any form of RFC 4291 without brackets; a zone remains unchanged
     * @return the text; empty if the literal is not an IPv6 address
     */
    static Optional<String> canonical(String literal) {
        Matcher parts = FORM.matcher(literal);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String zone = parts.group(2) == null ? "" : parts.group(2);
        // the JDK turns an IPv4-mapped address into the IPv4 address
        return literal(parts.group(1)).map(address -> (address instanceof Inet4Address
                ? MAPPED + address.getHostAddress() : of(address.getAddress())) + zone);
    }

    /**
     * Returns a literal address.
     *
     * @param literal any form of RFC 4291 without brackets and without a zone
     * @return the address, of IPv4 if the literal is IPv4-mapped; empty if the literal is not an IPv6 address
     */
    static Optional<InetAddress> literal(String literal) {
        Matcher parts = FORM.matcher(literal);
        if (!parts.matches() || parts.group(2) != null) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName("[" + literal + "]")); // brackets: no lookup
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Returns the canonical text of the 16 bytes of an address. */
    public static String of(byte[] address) {
        if (isMapped(address)) {
            StringBuilder text = new StringBuilder(MAPPED);
            for (int i = IPV4_INDEX; i < address.length; i++) {
                text.append(i == IPV4_INDEX ? "" : ".").append(Byte.toUnsignedInt(address[i]));
            }
            return text.toString();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = Byte.toUnsignedInt(address[2 * i]) << Byte.SIZE | Byte.toUnsignedInt(address[2 * i + 1]);
        }
        return text(groups);
    }

    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < ONES_INDEX; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[ONES_INDEX] == ONES && address[ONES_INDEX + 1] == ONES;
    }

    /** Shortens the longest run of zeros, or the first of several, to {@code ::} (section 4.2). */
    private static String text(int[] groups) {
        int start = GROUPS;
        int length = MIN_RUN - 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = run(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(i == 0 || i == start + length ? "" : ":").append(Integer.toString(groups[i], HEX));
            }
        }
        return text.toString();
    }

    /** Returns the number of consecutive groups of zeros from an index. */
    private static int run(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }
}
