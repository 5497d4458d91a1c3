package io.apexproxy.runtime.config;

import java.util.Locale;

/**
 * A name or a literal address, not yet resolved, and a port.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535; listeners may also have 0, any free port
 */
public record HostPort(String host, int port) implements Address {

    /** In small letters: names of hosts know no case. */
    @Override
    public String key() {
        return toString().toLowerCase(Locale.ROOT);
    }

    /** IPv6 addresses in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
