package io.apexproxy.runtime.config.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** An address as the user wrote it: where to listen or to connect. Its text has the form of the configuration. */
public sealed interface Address permits HostPort, UnixPath {

    /**
     * Writes the address of a socket in the same form.
     *
     * @param address of any kind
     * @return {@code 127.0.0.1:9000}, {@code unix:/run/app.sock}, or {@code unix:} for an end without a name, as a
     *     client's
     */
    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            String host = internet.isUnresolved() ? internet.getHostString() : host(internet.getAddress());
            return new HostPort(host, internet.getPort()).toString();
        }
        return address instanceof UnixDomainSocketAddress unix ? UnixPath.PREFIX + unix.getPath() : address.toString();
    }

    /**
     * Writes an address without a port.
     *
     * @param address of any kind
     * @return {@code 127.0.0.1}, {@code 2001:db8::1}, {@code fe80::1%eth0}: IPv6 as RFC 5952 says
     */
    static String host(InetAddress address) {
        String text = address.getHostAddress();
        if (!(address instanceof Inet6Address)) {
            return text;
        }
        int zone = text.indexOf('%');
        return Ipv6Text.of(address.getAddress()) + (zone < 0 ? "" : text.substring(zone));
    }

    /**
     * What tells one address from another.
     *
     * @return its text, where that does not say the same in other letters
     */
    String key();
}
