package io.apexproxy.runtime.config.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host name or literal address, not resolved, and a port.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets in the form of RFC 5952
 * @param port 1 to 65535; for listeners also 0, which selects any free port
 * @param isPortOfListener whether connections of clients go to the port that the client has connected to, and {@code
 *     port} is for health checks only
 */
public record HostPort(String host, int port, boolean isPortOfListener) implements Address {

    /** The text of the port that the client has connected to. */
    static final String PORT_OF_LISTENER = "+0";

    /** {@link AddressText} rejects names of only these characters. */
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");

    /** Creates an address whose port is that of all connections. */
    public HostPort(String host, int port) {
        this(host, port, false);
    }

    /** Returns this address with another port. */
    public HostPort withPort(int other) {
        return new HostPort(host, other, isPortOfListener);
    }

    /** Returns whether the host is a literal address. */
    public boolean isLiteral() {
        return host.indexOf(':') >= 0 || DIGITS_AND_DOTS.matcher(host).matches();
    }

    /** Returns whether the host is the wildcard address of IPv4 or IPv6. */
    public boolean isWildcard() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** Returns the literal address; empty for a name or an unknown zone. Queries no name server. */
    public Optional<InetAddress> literal() {
        try {
            return isLiteral() ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the text in lower case, because host names are case-insensitive. An IPv4-mapped address has the key of
     * the IPv4 address, because the kernel treats both alike.
     */
    @Override
    public String key() {
        return host.startsWith(Ipv6Text.MAPPED) && host.indexOf('.') > 0
                ? new HostPort(host.substring(Ipv6Text.MAPPED.length()), port, isPortOfListener).key()
                : toString().toLowerCase(Locale.ROOT);
    }

    /** Returns the text that follows an IPv6 address in a message about a machine without IPv6. */
    public String withoutIpv6() {
        String instead = host.equals("::1") ? "127.0.0.1" : "0.0.0.0";
        return "needs IPv6, which this machine does not have; write " + new HostPort(instead, port)
                + " to listen on IPv4";
    }

    /** Returns the host and the port, with an IPv6 address in brackets. */
    @Override
    public String toString() {
        String text = isPortOfListener ? PORT_OF_LISTENER : String.valueOf(port);
        return host.indexOf(':') < 0 ? host + ":" + text : "[" + host + "]:" + text;
    }
}
