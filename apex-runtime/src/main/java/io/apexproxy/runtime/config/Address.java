package io.apexproxy.runtime.config;

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
            String host = internet.isUnresolved() ? internet.getHostString() : internet.getAddress().getHostAddress();
            return new HostPort(host, internet.getPort()).toString();
        }
        return address instanceof UnixDomainSocketAddress unix ? UnixPath.PREFIX + unix.getPath() : address.toString();
    }

    /**
     * What tells one address from another.
     *
     * @return its text, where that does not say the same in other letters
     */
    String key();
}
