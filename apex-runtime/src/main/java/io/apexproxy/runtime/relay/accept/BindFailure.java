package io.apexproxy.runtime.relay.accept;

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

/** Messages that explain why an address cannot be bound. */
public final class BindFailure {

    private BindFailure() {
    }

    /**
     * Returns the reason of a failed bind and, if there is one, the remedy.
     *
     * @param address the address that was to be bound
     * @param cause the exception of the JDK
     * @param own the addresses that this process already listens on
     * @return the text that follows the address in a message
     */
    public static String text(Address address, IOException cause, List<SocketAddress> own) {
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
        return "is not an address of this machine: " + message;
    }

    /** Without IPv6 the JDK rejects the socket or the address before the system call. */
    private static boolean lacksIpv6(HostPort address, IOException cause) {
        return address.host().indexOf(':') >= 0
                && (cause.getCause() instanceof UnsupportedOperationException
                        || cause.getCause() instanceof UnsupportedAddressTypeException);
    }

    /** Returns whether the ports are equal and the hosts are equal or include a wildcard. */
    private static boolean overlap(SocketAddress bound, Address address) {
        if (!(bound instanceof InetSocketAddress taken) || !(address instanceof HostPort internet)) {
            return false;
        }
        InetSocketAddress requested = new InetSocketAddress(internet.host(), internet.port());
        return taken.getPort() == requested.getPort() && !taken.isUnresolved() && !requested.isUnresolved()
                && overlap(taken.getAddress(), requested.getAddress());
    }

    /** The wildcards of IPv4 and IPv6 do not conflict, because {@link WildcardPair} binds both to one port. */
    private static boolean overlap(InetAddress first, InetAddress second) {
        if (first.isAnyLocalAddress() && second.isAnyLocalAddress()) {
            return first.getClass() == second.getClass();
        }
        return first.isAnyLocalAddress() || second.isAnyLocalAddress() || first.equals(second);
    }
}
