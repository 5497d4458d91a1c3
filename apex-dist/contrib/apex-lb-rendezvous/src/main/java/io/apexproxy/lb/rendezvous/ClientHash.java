package io.apexproxy.lb.rendezvous;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * The hash of a client: of the leading bits of its address, without the port.
 *
 * @param prefixV4 the number of bits of an IPv4 address, also of an IPv4-mapped IPv6 address
 * @param prefixV6 the number of bits of an IPv6 address
 */
record ClientHash(int prefixV4, int prefixV6) {

    private static final int BYTES_V4 = 4;

    /** Returns the hash; for a Unix-domain or unresolved address, that of its text. */
    long of(SocketAddress client) {
        if (!(client instanceof InetSocketAddress internet) || internet.isUnresolved()) {
            return Hash.of(client.toString());
        }
        byte[] address = internet.getAddress().getAddress();
        int bits = address.length == BYTES_V4 ? prefixV4 : prefixV6;
        long hash = Hash.of(address.length);
        for (int first = 0; first < bits; first += Byte.SIZE) {
            int kept = Math.min(bits - first, Byte.SIZE);
            int octet = address[first / Byte.SIZE] & (0xff << (Byte.SIZE - kept)) & 0xff;
            hash = Hash.of(hash ^ octet);
        }
        return hash;
    }
}
