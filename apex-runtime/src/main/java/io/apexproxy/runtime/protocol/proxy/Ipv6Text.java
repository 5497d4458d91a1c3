package io.apexproxy.runtime.protocol.proxy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * IPv6 addresses as bytes and as canonical text, without a zone. An IPv4 address becomes IPv4-mapped.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5952">RFC 5952</a>
 */
final class Ipv6Text {

    private static final int BYTES = 16;
    private static final int GROUPS = 8;
    /** A single group of zeros is not shortened (section 4.2.2). */
    private static final int MIN_RUN = 2;
    /** An IPv4-mapped address has ten bytes of zeros, two of ones and the four of the IPv4 address. */
    private static final int ONES_INDEX = 10;
    private static final short ONES = (short) 0xffff;
    private static final String MAPPED = "::ffff:";

    private Ipv6Text() {
    }

    /** Returns the 16 bytes of an address. */
    static byte[] bytes(InetAddress address) {
        return address instanceof Inet4Address
                ? ByteBuffer.allocate(BYTES).putShort(ONES_INDEX, ONES).position(ONES_INDEX + Short.BYTES)
                        .put(address.getAddress()).array()
                : address.getAddress();
    }

    /** Returns the text of an address; a mapped one has the mixed notation of section 5. */
    static String of(InetAddress address) {
        return address instanceof Inet4Address ? MAPPED + address.getHostAddress() : text(address.getAddress());
    }

    /** Shortens the longest run of zeros, or the first of several, to {@code ::} (section 4.2). */
    private static String text(byte[] address) {
        ShortBuffer groups = ByteBuffer.wrap(address).asShortBuffer();
        int start = GROUPS;
        int length = MIN_RUN - 1;
        int run = 0;
        for (int i = 0; i < GROUPS; i++) {
            run = groups.get(i) == 0 ? run + 1 : 0;
            if (run > length) {
                length = run;
                start = i + 1 - run;
            }
        }
        return start == GROUPS ? text(groups, 0, GROUPS)
                : text(groups, 0, start) + "::" + text(groups, start + length, GROUPS);
    }

    private static String text(ShortBuffer groups, int start, int end) {
        return IntStream.range(start, end).mapToObj(i -> Integer.toHexString(Short.toUnsignedInt(groups.get(i))))
                .collect(Collectors.joining(":"));
    }
}
