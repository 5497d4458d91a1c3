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

/** The addresses of all listeners, and which listener a connection to an address reaches. Asks no name server. */
final class ListenedAddresses {

    private static final String LOCALHOST = "localhost";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String ALL_OF_IPV4 = "0.0.0.0";
    private static final String ALL_OF_IPV6 = "::";

    private final Map<String, ListenerConfig> byKey = new HashMap<>();

    ListenedAddresses(List<ListenerConfig> listeners) {
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
    Optional<ListenerConfig> reached(Address address) {
        Optional<ListenerConfig> exact = Optional.ofNullable(byKey.get(address.key()));
        return exact.isEmpty() && address instanceof HostPort internet && mayBeListened(internet)
                ? literal(internet).flatMap(host -> reached(host, internet.port())) : exact;
    }

    /** Spares the look at this machine's interfaces that {@link #reached} takes. */
    private boolean mayBeListened(HostPort address) {
        return byKey.containsKey(new HostPort(ALL_OF_IPV4, address.port()).key())
                || byKey.containsKey(new HostPort(ALL_OF_IPV6, address.port()).key())
                || literal(address).filter(host -> byKey.containsKey(key(target(host), address.port()))).isPresent();
    }

    /** A socket of the exact address comes before those of all addresses, and that of IPv6 takes IPv4 clients last. */
    private Optional<ListenerConfig> reached(InetAddress host, int port) {
        InetAddress target = target(host);
        Optional<ListenerConfig> exact = Optional.ofNullable(byKey.get(key(target, port)));
        if (exact.isPresent() || !isOfThisMachine(target)) {
            return exact;
        }
        Optional<ListenerConfig> all = Optional.ofNullable(byKey.get(new HostPort(ALL_OF_IPV4, port).key()))
                .filter(listener -> target instanceof Inet4Address);
        return all.or(() -> Optional.ofNullable(byKey.get(new HostPort(ALL_OF_IPV6, port).key())));
    }

    /** A connection to the address of all addresses goes to this machine. */
    private static InetAddress target(InetAddress host) {
        return host.isAnyLocalAddress()
                ? new HostPort(host instanceof Inet4Address ? LOOPBACK : "::1", 0).literal().orElse(host) : host;
    }

    private static boolean isOfThisMachine(InetAddress host) {
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
