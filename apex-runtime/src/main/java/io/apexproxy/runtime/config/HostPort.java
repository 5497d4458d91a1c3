package io.apexproxy.runtime.config;

/**
 * An address as the user wrote it: a name or a literal address, not yet resolved, and a port.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535; listeners may also have 0, any free port
 */
public record HostPort(String host, int port) {

    /** The form of the configuration and the log: IPv6 addresses in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
