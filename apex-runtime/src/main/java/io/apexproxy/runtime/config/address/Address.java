package io.apexproxy.runtime.config.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** An address to listen on or to connect to. Its text has the form of the configuration. */
public sealed interface Address permits HostPort, UnixPath {

    /**
     * Returns the text of a socket address, in the form of the configuration: {@code 127.0.0.1:9000}, {@code
     * unix:/run/app.sock}, or {@code unix:} for an unnamed socket, such as a client's.
     */
    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress internet) {
            String host = internet.isUnresolved() ? internet.getHostString() : host(internet.getAddress());
            return new HostPort(host, internet.getPort()).toString();
        }
        return address instanceof UnixDomainSocketAddress unix ? UnixPath.PREFIX + unix.getPath() : address.toString();
    }

    /**
     * Returns the text of an address without a port: {@code 127.0.0.1}, {@code 2001:db8::1}, {@code fe80::1%eth0}. IPv6
     * has the form of RFC 5952.
     */
    static String host(InetAddress address) {
        String text = address.getHostAddress();
        if (!(address instanceof Inet6Address)) {
            return text;
        }
        int zone = text.indexOf('%');
        return Ipv6Text.of(address.getAddress()) + (zone < 0 ? "" : text.substring(zone));
    }

    /** Returns the normalized text. Different texts of the same address have the same key. */
    String key();
}
