package io.apexproxy.runtime.protocol.proxy;

import io.apexproxy.api.ProxyHeader;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A valid header.
 *
 * @param version 1 or 2
 * @param endpoints the addresses of the client's connection; empty if the real addresses of this connection are valid,
 *     as for LOCAL, UNKNOWN and all that is not TCP over IP
 * @param fields the fields of version 2
 */
public record ParsedProxyHeader(int version, Optional<Endpoints> endpoints, HeaderFields fields)
        implements ProxyHeader {

    @Override
    public Optional<byte[]> field(int type) {
        return fields.value(type);
    }

    /**
     * The addresses of the client's connection. An IPv4-mapped IPv6 address is an IPv4 address, as always in Java.
     *
     * @param source the address of the client
     * @param destination the address to which the client connected
     */
    public record Endpoints(InetSocketAddress source, InetSocketAddress destination) {
    }
}
