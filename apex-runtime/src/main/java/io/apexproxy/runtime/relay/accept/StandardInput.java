package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a listening socket that a supervisor has passed to this process as standard input. Anything else, such as a
 * terminal, a file or a pipe, is ignored and stays as it is.
 */
public final class StandardInput {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final Path IPV6_ADDRESSES = Path.of("/proc/net/if_inet6");

    private StandardInput() {
    }

    /** Returns the listening socket that is the standard input of this process. Logs a socket that cannot be used. */
    public static Optional<InheritedSocket> listeningSocket() {
        try {
            return Optional.ofNullable(System.inheritedChannel()).flatMap(StandardInput::listeningSocket);
        } catch (IOException e) {
            LOG.warn("standard input is a socket that cannot be used: {}", CleanText.piece(e.toString()));
            return Optional.empty();
        }
    }

    static Optional<InheritedSocket> listeningSocket(Channel inherited) {
        Optional<SocketAddress> address = namedAddress(inherited);
        if (address.isPresent() && inherited instanceof ServerSocketChannel server) {
            warnOfMissingIpv6(address.get());
            return Optional.of(InheritedSocket.standardInput(server, address.get()));
        }
        if (address.isPresent()) {
            LOG.warn("standard input is a socket for {} that does not listen, such as a connection from inetd or from a"
                    + " socket unit with Accept=yes: it is ignored; pass the listening socket (Accept=no)",
                    CleanText.piece(Address.text(address.get())));
        } else if (inherited instanceof ServerSocketChannel) {
            LOG.warn("standard input is a socket without a port or a path that listeners could have: it is ignored");
        }
        return Optional.empty();
    }

    /** Java 17 uses no IPv6 if standard input is a socket of IPv4. A socket of IPv6 can have the same address. */
    private static void warnOfMissingIpv6(SocketAddress address) {
        if (address instanceof InetSocketAddress internet && internet.getAddress() instanceof Inet4Address
                && machineHasIpv6() && !javaHasIpv6()) {
            LOG.warn("standard input is a socket of IPv4, so Java uses no IPv6, also not to backends: pass the"
                    + " address as one of IPv6 (ListenStream=[::ffff:{}]:{}), or use a newer Java",
                    internet.getAddress().getHostAddress(), internet.getPort());
        }
    }

    private static boolean machineHasIpv6() {
        try {
            return !Files.readString(IPV6_ADDRESSES).isEmpty();
        } catch (IOException e) { // not Linux, or no IPv6
            LOG.debug("no addresses of IPv6", e);
            return false;
        }
    }

    private static boolean javaHasIpv6() {
        try {
            SocketChannel.open(StandardProtocolFamily.INET6).close();
            return true;
        } catch (UnsupportedOperationException e) {
            return Boolean.getBoolean("java.net.preferIPv4Stack"); // then it is a choice of the user
        } catch (IOException e) { // for example because no descriptor is left
            LOG.debug("no socket of IPv6", e);
            return true;
        }
    }

    /** Returns the local address; empty if it is unnamed, such as that of a socket pair that is used like a pipe. */
    private static Optional<SocketAddress> namedAddress(Channel inherited) {
        try {
            return inherited instanceof NetworkChannel network
                    ? Optional.ofNullable(network.getLocalAddress()).filter(StandardInput::isNamed)
                    : Optional.empty();
        } catch (IOException e) { // a socket of another family
            LOG.debug("standard input is a socket of which the address cannot be read", e);
            return Optional.empty();
        }
    }

    private static boolean isNamed(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress unix ? !unix.getPath().toString().isEmpty()
                : address instanceof InetSocketAddress internet && internet.getPort() > 0;
    }
}
