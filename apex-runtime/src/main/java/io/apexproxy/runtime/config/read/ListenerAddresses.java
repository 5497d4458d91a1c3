package io.apexproxy.runtime.config.read;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The addresses of all listeners, for finding the listener that an address reaches. Queries no name server. */
final class ListenerAddresses {

    private static final String LOCALHOST = "localhost";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String IPV4_WILDCARD = "0.0.0.0";
    private static final String IPV6_WILDCARD = "::";

    private final Map<String, ListenerConfig> byKey = new HashMap<>();

    ListenerAddresses(List<ListenerConfig> listeners) {
        for (ListenerConfig listener : listeners) {
            listener.addresses().forEach(address -> byKey.putIfAbsent(key(address), listener));
        }
    }

    private static String key(Address address) {
        return address instanceof HostPort internet
                ? literal(internet).map(host -> key(host, internet.port())).orElseGet(internet::key) : address.key();
    }

    private static String key(InetAddress host, int port) {
        return new HostPort(Address.host(host), port).key();
    }

    /** Returns the listener that a connection to this address certainly reaches. */
    Optional<ListenerConfig> listenerAt(Address address) {
        Optional<ListenerConfig> exact = Optional.ofNullable(byKey.get(address.key()));
        return exact.isEmpty() && address instanceof HostPort internet && isCandidate(internet)
                ? literal(internet).flatMap(host -> listenerAt(host, internet.port())) : exact;
    }

    /** Returns false if no listener can match, which avoids a query of the network interfaces. */
    private boolean isCandidate(HostPort address) {
        return byKey.containsKey(new HostPort(IPV4_WILDCARD, address.port()).key())
                || byKey.containsKey(new HostPort(IPV6_WILDCARD, address.port()).key())
                || literal(address).filter(host -> byKey.containsKey(key(target(host), address.port()))).isPresent();
    }

    /** The kernel prefers the socket of the exact address, then that of 0.0.0.0 for IPv4, then that of [::]. */
    private Optional<ListenerConfig> listenerAt(InetAddress host, int port) {
        InetAddress target = target(host);
        Optional<ListenerConfig> exact = Optional.ofNullable(byKey.get(key(target, port)));
        if (exact.isPresent() || !isLocal(target)) {
            return exact;
        }
        Optional<ListenerConfig> all = Optional.ofNullable(byKey.get(new HostPort(IPV4_WILDCARD, port).key()))
                .filter(listener -> target instanceof Inet4Address);
        return all.or(() -> Optional.ofNullable(byKey.get(new HostPort(IPV6_WILDCARD, port).key())));
    }

    /** A connection to a wildcard address goes to the loopback address. */
    private static InetAddress target(InetAddress host) {
        return host.isAnyLocalAddress()
                ? new HostPort(host instanceof Inet4Address ? LOOPBACK : "::1", 0).literal().orElse(host) : host;
    }

    private static boolean isLocal(InetAddress host) {
        try {
            return host.isLoopbackAddress() || NetworkInterface.getByInetAddress(host) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private static Optional<InetAddress> literal(HostPort address) {
        return address.host().equalsIgnoreCase(LOCALHOST)
                ? new HostPort(LOOPBACK, address.port()).literal() : address.literal();
    }
}
