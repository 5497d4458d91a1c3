package io.apexproxy.lb.sourcehash;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The bytes by which a client is told from others: the leading bits of its address, without the port.
 *
 * @param prefixV4 how many bits of an IPv4 address count, also of one that arrived mapped into IPv6
 * @param prefixV6 how many bits of an IPv6 address count
 */
record ClientKey(int prefixV4, int prefixV6) {

    /** Returns the key; of an address that is no internet address, its text. */
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
            address[i] &= (byte) (0xff << Byte.SIZE - kept);
        }
    }
}
