package io.apexproxy.runtime.config;

import java.util.Locale;

/**
 * A name or a literal address, not yet resolved, and a port.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets in the form of RFC 5952
 * @param port 1 to 65535; listeners may also have 0, any free port
 */
public record HostPort(String host, int port) implements Address {

    /** In small letters, as host names know no case; an IPv4-mapped address is the IPv4 address, as for the kernel. */
    @Override
    public String key() {
        return host.startsWith(Ipv6Text.MAPPED) && host.indexOf('.') > 0
                ? new HostPort(host.substring(Ipv6Text.MAPPED.length()), port).key()
                : toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Says what to do where the machine lacks IPv6, for an address that is an IPv6 address.
     *
     * @return what follows the address in a message
     */
    public String withoutIpv6() {
        String instead = host.equals("::1") ? "127.0.0.1" : "0.0.0.0";
        return "needs IPv6, which this machine does not have; write " + new HostPort(instead, port)
                + " to listen on IPv4";
    }

    /** IPv6 addresses in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
