package io.apexproxy.runtime;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.Optional;

/** Says why an address cannot be listened on, and what to do. */
final class BindFailure {

    private BindFailure() {
    }

    /**
     * Returns the reason.
     *
     * @param address what was wanted
     * @param cause what the system said
     * @param own where this process listens already
     * @return what follows the address in a message
     */
    static String text(Address address, IOException cause, List<SocketAddress> own) {
        String message = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
        if (address instanceof HostPort internet && lacksIpv6(internet, cause)) {
            return internet.withoutIpv6();
        }
        if (cause instanceof BindException && message.contains("in use")) {
            return own.stream().filter(taken -> overlap(taken, address)).findFirst()
                    .map(taken -> "is in use by Apex itself, which listens on " + Address.text(taken)
                            + "; choose another port")
                    .orElse("is in use by another process");
        }
        if (!(address instanceof HostPort) || !(cause instanceof BindException)) {
            return "cannot be listened on: " + message;
        }
        if (message.contains("ermission")) {
            return "is not allowed: a port below 1024 needs a privilege (CAP_NET_BIND_SERVICE on Linux)";
        }
        return "is no address of this machine: " + message;
    }

    /** The JDK refuses such a socket or such an address itself; the system is not asked. */
    private static boolean lacksIpv6(HostPort address, IOException cause) {
        return address.host().indexOf(':') >= 0
                && (cause.getCause() instanceof UnsupportedOperationException
                        || cause.getCause() instanceof UnsupportedAddressTypeException);
    }

    /** The same port, and the same host in any spelling, or all hosts on either side. */
    private static boolean overlap(SocketAddress one, Address other) {
        if (!(one instanceof InetSocketAddress taken) || !(other instanceof HostPort internet)) {
            return false;
        }
        InetSocketAddress wanted = new InetSocketAddress(internet.host(), internet.port());
        return taken.getPort() == wanted.getPort() && !taken.isUnresolved() && !wanted.isUnresolved()
                && overlap(taken.getAddress(), wanted.getAddress());
    }

    /** The wildcards of IPv4 and IPv6 are not in each other's way: they are bound side by side. */
    private static boolean overlap(InetAddress one, InetAddress other) {
        return one.isAnyLocalAddress() && other.isAnyLocalAddress() ? one.getClass() == other.getClass()
                : one.isAnyLocalAddress() || other.isAnyLocalAddress() || one.equals(other);
    }
}
