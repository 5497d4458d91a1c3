package io.apexproxy.runtime.protocol.proxy;

import io.apexproxy.api.TlsSession;
import io.apexproxy.runtime.config.address.Ipv6Text;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Encodes PROXY protocol headers, which pass the addresses of a client's connection on to a backend.
 *
 * <p>If one address is IPv4 and the other IPv6, the IPv4 one becomes IPv4-mapped. If one is not an IP address, the
 * header has no addresses: UNKNOWN in version 1, LOCAL in version 2.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">PROXY protocol</a>
 */
public final class ProxyHeaderEncoder {

    /** The longest header without the field of TLS. */
    private static final int MAX_BYTES = Version2.FIXED_BYTES + 2 * (Version2.INET6_BYTES + Short.BYTES)
            + 2 * (HeaderFields.VALUE_INDEX + HeaderFields.MAX_TEXT_BYTES) + HeaderFields.VALUE_INDEX + Integer.BYTES;
    private static final byte[] NONE = {};

    private static final int IPV6_BYTES = 16;
    /** An IPv4-mapped address has ten bytes of zeros, two of ones and the four of the IPv4 address. */
    private static final int MAPPED_INDEX = 10;
    private static final short MAPPED = (short) 0xffff;

    private ProxyHeaderEncoder() {
    }

    /** Returns a header of version 1. */
    public static byte[] version1(SocketAddress source, SocketAddress destination) {
        String line = endpoints(source, destination).map(ProxyHeaderEncoder::line).orElse(Version1.UNKNOWN);
        return (line + Version1.END).getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(Endpoints endpoints) {
        InetSocketAddress source = endpoints.source();
        InetSocketAddress destination = endpoints.destination();
        String addresses = isIpv4(endpoints)
                ? Version1.TCP4 + source.getAddress().getHostAddress() + " " + destination.getAddress().getHostAddress()
                : Version1.TCP6 + Ipv6Text.of(ipv6(source.getAddress())) + " "
                        + Ipv6Text.of(ipv6(destination.getAddress()));
        return addresses + " " + source.getPort() + " " + destination.getPort();
    }

    /**
     * Returns a header of version 2 with a checksum.
     *
     * @param authority the server name that the client sent; left out if it has more than 255 bytes
     * @param session the TLS of the client that the listener has terminated, with the application protocol; texts of
     *     more than 255 bytes are left out
     */
    public static byte[] version2(SocketAddress source, SocketAddress destination, Optional<String> authority,
            Optional<TlsSession> session) {
        Optional<Endpoints> endpoints = endpoints(source, destination);
        if (endpoints.isEmpty()) {
            return local();
        }
        boolean isIpv4 = isIpv4(endpoints.get());
        byte[] tls = session.map(TlsFields::of).orElse(NONE);
        ByteBuffer header = start(Version2.PROXY, isIpv4 ? Version2.INET_STREAM : Version2.INET6_STREAM, tls.length);
        header.put(address(endpoints.get().source(), isIpv4)).put(address(endpoints.get().destination(), isIpv4));
        header.putShort((short) endpoints.get().source().getPort());
        header.putShort((short) endpoints.get().destination().getPort());
        session.flatMap(TlsSession::applicationProtocol)
                .ifPresent(name -> HeaderFields.putText(header, HeaderFields.ALPN, name));
        authority.ifPresent(name -> HeaderFields.putText(header, HeaderFields.AUTHORITY, name));
        return complete(header.put(tls));
    }

    /** Returns a header of version 2 for a connection that the proxy makes for itself, such as a health check. */
    public static byte[] local() {
        return complete(start(Version2.LOCAL, Version2.UNSPEC, 0));
    }

    private static ByteBuffer start(int command, int familyAndTransport, int tlsBytes) {
        return ByteBuffer.allocate(MAX_BYTES + tlsBytes).put(Version2.SIGNATURE.getBytes(StandardCharsets.US_ASCII))
                .put((byte) command).put((byte) familyAndTransport).putShort((short) 0); // the length, set at the end
    }

    /** Appends the checksum, which covers the length, so that is set before. */
    private static byte[] complete(ByteBuffer header) {
        header.put((byte) HeaderFields.CRC32C).putShort((short) Integer.BYTES).putInt(0).flip();
        header.putShort(Version2.LENGTH_INDEX, (short) (header.limit() - Version2.FIXED_BYTES));
        int checksumIndex = header.limit() - Integer.BYTES;
        header.putInt(checksumIndex, Version2.checksum(header, checksumIndex));
        byte[] bytes = new byte[header.limit()];
        header.get(0, bytes);
        return bytes;
    }

    private static byte[] address(InetSocketAddress endpoint, boolean isIpv4) {
        return isIpv4 ? endpoint.getAddress().getAddress() : ipv6(endpoint.getAddress());
    }

    /** Returns the 16 bytes of an address; an IPv4 address becomes IPv4-mapped. */
    static byte[] ipv6(InetAddress address) {
        return address instanceof Inet4Address
                ? ByteBuffer.allocate(IPV6_BYTES).putShort(MAPPED_INDEX, MAPPED).position(MAPPED_INDEX + Short.BYTES)
                        .put(address.getAddress()).array()
                : address.getAddress();
    }

    private static boolean isIpv4(Endpoints endpoints) {
        return endpoints.source().getAddress() instanceof Inet4Address
                && endpoints.destination().getAddress() instanceof Inet4Address;
    }

    private static Optional<Endpoints> endpoints(SocketAddress source, SocketAddress destination) {
        return source instanceof InetSocketAddress ipSource && !ipSource.isUnresolved()
                && destination instanceof InetSocketAddress ipDestination && !ipDestination.isUnresolved()
                        ? Optional.of(new Endpoints(ipSource, ipDestination))
                        : Optional.empty();
    }
}
