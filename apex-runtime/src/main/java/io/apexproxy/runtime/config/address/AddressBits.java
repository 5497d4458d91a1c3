package io.apexproxy.runtime.config.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.stream.LongStream;

/**
 * The bits of an IP address as numbers, for comparisons and masks. An IPv4-mapped IPv6 address is the IPv4 address.
 *
 * @param family the address family
 * @param high the first 64 bits; those of IPv4 are the upper half
 * @param low the last 64 bits of IPv6; else zero
 */
public record AddressBits(Family family, long high, long low) implements Comparable<AddressBits> {

    /** The family of an address. */
    public enum Family {
        IPV4(Integer.SIZE), IPV6(2 * Long.SIZE),
        /** Unix-domain sockets. */
        UNIX(0);

        private final int width;

        Family(int width) {
            this.width = width;
        }

        /** Returns the number of bits of an address. */
        public int width() {
            return width;
        }
    }

    /** The bits of all clients on Unix-domain sockets, which have no address. */
    public static final AddressBits UNIX = new AddressBits(Family.UNIX, 0, 0);

    /** The first bits of the second half of an IPv4-mapped address; the IPv4 address follows. */
    private static final long MAPPED = 0xffff;
    private static final Comparator<AddressBits> ORDER = Comparator.comparing(AddressBits::family)
            .thenComparing(AddressBits::high, Long::compareUnsigned)
            .thenComparing(AddressBits::low, Long::compareUnsigned);

    /** Returns the bits of an address. The zone of a link-local address is ignored. */
    public static AddressBits of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            // no loop, so that the JIT compiler removes the array
            return ipv4(bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff));
        }
        long high = number(bytes, 0);
        long low = number(bytes, Long.BYTES);
        return high == 0 && low >>> Integer.SIZE == MAPPED ? ipv4(low) : new AddressBits(Family.IPV6, high, low);
    }

    private static AddressBits ipv4(long lastBits) {
        return new AddressBits(Family.IPV4, lastBits << Integer.SIZE, 0);
    }

    /** Returns eight bytes in network order as a number. */
    private static long number(byte[] bytes, int from) {
        long number = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            number = number << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
        }
        return number;
    }

    /** Returns the first bits of the address. The others are zero. */
    public AddressBits masked(int prefix) {
        return new AddressBits(family, high & mask(prefix), low & mask(prefix - Long.SIZE));
    }

    /** Returns the address with all bits after the first ones set. */
    AddressBits filled(int prefix) {
        int width = family.width();
        return new AddressBits(family, high | (mask(width) & ~mask(prefix)),
                low | (mask(width - Long.SIZE) & ~mask(prefix - Long.SIZE)));
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : -1L << Math.max(0, Long.SIZE - ones);
    }

    /** Returns the bits of an IPv4 address as a number. */
    int ipv4() {
        return (int) (high >>> Integer.SIZE);
    }

    LongStream halves() {
        return LongStream.of(high, low);
    }

    /** Orders by family, then as unsigned numbers. */
    @Override
    public int compareTo(AddressBits other) {
        return ORDER.compare(this, other);
    }

    /** Returns the text of the address, of IPv6 in the form of RFC 5952. */
    @Override
    public String toString() {
        return switch (family) {
            case IPV4 -> (high >>> 56) + "." + (high >>> 48 & 0xff) + "." + (high >>> 40 & 0xff) + "."
                    + (high >>> 32 & 0xff);
            case IPV6 -> Ipv6Text.of(ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array());
            case UNIX -> UnixPath.PREFIX;
        };
    }
}
