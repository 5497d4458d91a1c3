package io.apexproxy.runtime;

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
 * Decides when {@code 0.0.0.0} and {@code [::]} are bound to one port side by side.
 *
 * <p>An IPv6 socket of the JDK takes IPv4 clients as well, as the JDK clears IPV6_V6ONLY. The two wildcards then
 * conflict, unless both sockets have SO_REUSEPORT; Linux gives an IPv4 client to the IPv4 socket as the better match.
 * With that option Linux does not notice every socket of other processes, as it compares the new one with the last that
 * was bound and not with all of the port, hence {@link #requireFree}.
 */
final class WildcardPair {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final String IPV6 = "::";
    private static final String IPV6_LOOPBACK = "::1";

    private WildcardPair() {
    }

    /** Whether this is all addresses of IPv6, and so of IPv4 where no other socket has those. */
    static boolean isIpv6(Address address) {
        return address instanceof HostPort internet && internet.host().equals(IPV6);
    }

    /** Whether the address and a bound one are the two wildcards of one port. */
    static boolean matches(Address address, SocketAddress bound) {
        return address instanceof HostPort internet
                && internet.isWildcard()
                && bound instanceof InetSocketAddress taken
                && taken.getPort() == internet.port()
                && taken.getAddress().isAnyLocalAddress()
                && !Address.host(taken.getAddress()).equals(internet.host());
    }

    /**
     * Looks whether another process listens on all addresses of IPv6 or on its loopback address. A process that listens
     * on another single address may not be noticed; it keeps its clients, as its address is the better match.
     *
     * @param port of which this process has no IPv6 socket
     * @throws BindException if one does
     */
    static void requireFree(int port) throws BindException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.INET6)) {
            probe.setOption(StandardSocketOptions.SO_REUSEADDR, true); // connections in TIME_WAIT are no conflict
            probe.bind(new InetSocketAddress(IPV6_LOOPBACK, port));
        } catch (BindException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw e;
            }
            LOG.debug("No loopback address of IPv6", e);
        } catch (IOException | RuntimeException e) { // no IPv6; the bind that follows says so
            LOG.debug("Port {} cannot be probed over IPv6", port, e);
        }
    }
}
