package io.apexproxy.runtime.config.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name or a literal address, not yet resolved, and a port.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets in the form of RFC 5952
 * @param port 1 to 65535; listeners may also have 0, any free port
 */
public record HostPort(String host, int port) implements Address {

    /** No name has only these: {@link AddressText} refuses it. */
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");

    /** Returns whether the host is an address, not a name. */
    public boolean isLiteral() {
        return host.indexOf(':') >= 0 || DIGITS_AND_DOTS.matcher(host).matches();
    }

    /** Returns whether the host is all addresses of IPv4 or of IPv6. */
    public boolean isWildcard() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** Returns the address; empty for a name, and for the zone of an interface that is not there. Asks no server. */
    public Optional<InetAddress> literal() {
        try {
            return isLiteral() ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

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
