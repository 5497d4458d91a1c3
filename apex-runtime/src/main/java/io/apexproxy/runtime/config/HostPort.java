package io.apexproxy.runtime.config;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * An address as the user wrote it: a name or a literal address, not yet resolved, and a port.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535; listeners may also have 0, any free port
 */
public record HostPort(String host, int port) {

    /**
     * Writes the address of a socket in the same form.
     *
     * @param address of any kind
     * @return {@code 127.0.0.1:9000} for an Internet address, else its own words
     */
    public static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            String host = internet.isUnresolved() ? internet.getHostString() : internet.getAddress().getHostAddress();
            return new HostPort(host, internet.getPort()).toString();
        }
        return address.toString();
    }

    /** The form of the configuration and the log: IPv6 addresses in brackets. */
    @Override
    public String toString() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
