package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks for binding {@code 0.0.0.0} and {@code [::]} to the same port.
 *
 * <p>The JDK clears IPV6_V6ONLY, so an IPv6 socket also accepts IPv4 clients and the two wildcards conflict. With
 * SO_REUSEPORT on both sockets there is no conflict, and Linux assigns an IPv4 client to the IPv4 socket, the closer
 * match. With this option Linux does not detect all conflicts with other processes, because it compares a new socket
 * only with the last socket that was bound to the port. Hence {@link #requireFree}.
 */
public final class WildcardPair {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final String IPV6 = "::";
    private static final String IPV6_LOOPBACK = "::1";

    private WildcardPair() {
    }

    /** Returns whether this is the IPv6 wildcard, which includes IPv4 unless another socket has the IPv4 wildcard. */
    public static boolean isIpv6(Address address) {
        return address instanceof HostPort internet && internet.host().equals(IPV6);
    }

    /** Returns whether the address and a bound address are the two wildcards of the same port. */
    public static boolean matches(Address address, SocketAddress bound) {
        return address instanceof HostPort internet
                && internet.isWildcard()
                && bound instanceof InetSocketAddress taken
                && taken.getPort() == internet.port()
                && taken.getAddress().isAnyLocalAddress()
                && !Address.host(taken.getAddress()).equals(internet.host());
    }

    /**
     * Checks that no other process listens on the IPv6 wildcard or on the IPv6 loopback address. A process that listens
     * on another single address can remain undetected. It keeps its clients, because its address is the closer match.
     *
     * @param port a port without an IPv6 socket of this process
     * @throws BindException if another process listens
     */
    public static void requireFree(int port) throws BindException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.INET6)) {
            probe.setOption(StandardSocketOptions.SO_REUSEADDR, true); // ignores connections in TIME_WAIT
            probe.bind(new InetSocketAddress(IPV6_LOOPBACK, port));
        } catch (BindException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw e;
            }
            LOG.debug("No loopback address of IPv6", e);
        } catch (IOException | RuntimeException e) { // no IPv6: the bind that follows fails with the reason
            LOG.debug("Port {} cannot be probed over IPv6", port, e);
        }
    }
}
