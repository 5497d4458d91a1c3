package io.apexproxy.runtime.protocol.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Parses the text of IP addresses and ports. Never resolves a name, unlike {@link InetAddress#getByName}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4291#section-2.2">RFC 4291, section 2.2</a>
 */
final class IpParser {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int MAX_OCTET = 0xff;
    private static final int MAX_PORT = 0xffff;
    private static final int MAX_GROUP_DIGITS = 4;
    private static final int DECIMAL = 10;
    /** Stands for one or more groups of zeros, once in an address. */
    private static final String ZEROS = "::";

    private IpParser() {
    }

    /** Parses four octets without leading zeros. */
    static Optional<InetAddress> ipv4(String text) {
        ByteBuffer address = ByteBuffer.allocate(IPV4_BYTES);
        return putIpv4(text, address) ? Optional.of(address(address.array())) : Optional.empty();
    }

    /** Parses any form of RFC 4291, without a zone. The JDK turns an IPv4-mapped address into the IPv4 address. */
    static Optional<InetAddress> ipv6(String text) {
        ByteBuffer address = ByteBuffer.allocate(IPV6_BYTES);
        int zeros = text.indexOf(ZEROS);
        if (zeros < 0) {
            return putGroups(text, true, address) && !address.hasRemaining()
                    ? Optional.of(address(address.array())) : Optional.empty();
        }
        ByteBuffer end = ByteBuffer.allocate(IPV6_BYTES);
        String before = text.substring(0, zeros);
        String after = text.substring(zeros + ZEROS.length());
        boolean isValid = (before.isEmpty() || putGroups(before, false, address))
                && (after.isEmpty() || putGroups(after, true, end))
                && address.position() + end.position() < IPV6_BYTES;
        return isValid
                ? Optional.of(address(address.position(IPV6_BYTES - end.position()).put(end.flip()).array()))
                : Optional.empty();
    }

    /** Parses a port without leading zeros. */
    static OptionalInt port(String text) {
        return number(text, MAX_PORT);
    }

    /** Returns the address of 4 or 16 bytes. */
    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes", e);
        }
    }

    /** Appends groups of hexadecimal digits to the bytes of an address. Returns false if they are invalid. */
    private static boolean putGroups(String text, boolean canEndWithIpv4, ByteBuffer address) {
        String[] groups = text.split(":", -1);
        for (int i = 0; i < groups.length; i++) {
            boolean isIpv4 = canEndWithIpv4 && i == groups.length - 1 && groups[i].indexOf('.') >= 0;
            if (isIpv4 ? !putIpv4(groups[i], address) : !putGroup(groups[i], address)) {
                return false;
            }
        }
        return true;
    }

    private static boolean putGroup(String text, ByteBuffer address) {
        boolean isValid = !text.isEmpty() && text.length() <= MAX_GROUP_DIGITS
                && text.chars().allMatch(HexFormat::isHexDigit) && address.remaining() >= Short.BYTES;
        if (isValid) {
            address.putShort((short) HexFormat.fromHexDigits(text));
        }
        return isValid;
    }

    private static boolean putIpv4(String text, ByteBuffer address) {
        String[] octets = text.split("\\.", -1);
        if (octets.length != IPV4_BYTES || address.remaining() < IPV4_BYTES) {
            return false;
        }
        for (String octet : octets) {
            OptionalInt number = number(octet, MAX_OCTET);
            if (number.isEmpty()) {
                return false;
            }
            address.put((byte) number.getAsInt());
        }
        return true;
    }

    /** Parses a decimal number without leading zeros. */
    private static OptionalInt number(String text, int max) {
        if (text.isEmpty() || (text.length() > 1 && text.charAt(0) == '0')) {
            return OptionalInt.empty();
        }
        int number = 0;
        for (int i = 0; i < text.length() && number <= max; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalInt.empty();
            }
            number = DECIMAL * number + (digit - '0');
        }
        return number <= max ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
