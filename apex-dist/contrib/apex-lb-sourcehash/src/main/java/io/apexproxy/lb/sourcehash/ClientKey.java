package io.apexproxy.lb.sourcehash;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Extraction of the bytes that identify a client: the leading bits of its address, without the port.
 *
 * @param prefixV4 the number of bits of an IPv4 address, also of an IPv4-mapped IPv6 address
 * @param prefixV6 the number of bits of an IPv6 address
 */
record ClientKey(int prefixV4, int prefixV6) {

    /** Returns the key; for a Unix-domain or unresolved address, its text. */
    byte[] of(SocketAddress client) {
        if (!(client instanceof InetSocketAddress internet) || internet.isUnresolved()) {
            return client.toString().getBytes(StandardCharsets.UTF_8);
        }
        byte[] address = internet.getAddress().getAddress();
        keepPrefix(address, internet.getAddress() instanceof Inet4Address ? prefixV4 : prefixV6);
        return address;
    }

    private static void keepPrefix(byte[] address, int bits) {
        for (int i = 0; i < address.length; i++) {
            int kept = Math.min(Math.max(bits - i * Byte.SIZE, 0), Byte.SIZE);
            address[i] &= (byte) (0xff << (Byte.SIZE - kept));
        }
    }
}
