package io.apexproxy.runtime.config.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one text that RFC 5952 gives an IPv6 address, so that log, metrics and duplicates agree however the address was
 * written. Pure: nothing is looked up.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5952">RFC 5952</a>
 */
final class Ipv6Text {

    /** What the text of an IPv4-mapped address begins with; the IPv4 address follows (section 5). */
    static final String MAPPED = "::ffff:";

    /** RFC 4291, and the zone of RFC 4007 that link-local addresses need. */
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(%[A-Za-z0-9_.-]+)?");
    private static final int GROUPS = 8;
    /** A single group of zeros is written as it is (section 4.2.2). */
    private static final int LEAST_RUN = 2;
    private static final int HEX = 16;
    private static final int BYTES_OF_IPV4 = 4;
    private static final byte ONES = (byte) 0xff;
    /** Of the ten bytes of zeros and two of ones that an IPv4-mapped address begins with. */
    private static final int FIRST_ONES = 10;
    private static final int FIRST_OF_IPV4 = 12;

    private Ipv6Text() {
    }

    /**
     * Rewrites a literal address.
     *
     * @param literal in any form of RFC 4291, without brackets, possibly with a zone, which stays as it is
     * @return its text; empty if it is no IPv6 address
     */
    static Optional<String> canonical(String literal) {
        Matcher parts = FORM.matcher(literal);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String zone = parts.group(2) == null ? "" : parts.group(2);
        try {
            InetAddress address = InetAddress.getByName("[" + parts.group(1) + "]"); // in brackets: never looked up
            byte[] bytes = address.getAddress();
            // the JDK turns an IPv4-mapped address into the IPv4 address
            return Optional.of((bytes.length == BYTES_OF_IPV4 ? MAPPED + address.getHostAddress() : of(bytes)) + zone);
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * Writes an address.
     *
     * @param address its 16 bytes
     */
    static String of(byte[] address) {
        if (isMapped(address)) {
            StringBuilder text = new StringBuilder(MAPPED);
            for (int i = FIRST_OF_IPV4; i < address.length; i++) {
                text.append(i == FIRST_OF_IPV4 ? "" : ".").append(Byte.toUnsignedInt(address[i]));
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
        for (int i = 0; i < FIRST_ONES; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[FIRST_ONES] == ONES && address[FIRST_ONES + 1] == ONES;
    }

    /** The longest run of zeros, or the first of several, becomes {@code ::} (section 4.2). */
    private static String text(int[] groups) {
        int start = GROUPS;
        int length = LEAST_RUN - 1;
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

    /** How many groups of zeros follow each other from here. */
    private static int run(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }
}
