package io.apexproxy.runtime;

import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.BindFailure;
import io.apexproxy.runtime.relay.accept.InheritedSocket;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.runtime.relay.accept.ListenAddress;
import io.apexproxy.runtime.relay.accept.ListenAddress.SocketKey;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.WildcardPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of the next configuration: existing sockets for unchanged addresses, new sockets for the others. */
final class ListenChange implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final Relay relay;
    private final InheritedSockets inherited;
    private final Predicate<Address> isTakenOver;
    private final Map<SocketKey, ListenSocket> sockets;
    private final PreparedConfig prepared;
    private final Map<SocketKey, ListenSocket> next = new LinkedHashMap<>();
    private final List<ListenSocket> created = new ArrayList<>();
    /** The addresses of the next configuration that inherited sockets serve. */
    private final Map<Address, InheritedSocket> inheritedAddresses;

    /**
     * Creates a change without new sockets.
     *
     * @param relay binds the sockets
     * @param inherited the listening sockets that the process was started with
     * @param isTakenOver whether the process that this one takes over can listen on an address
     * @param sockets the present sockets
     * @param prepared the next configuration
     */
    ListenChange(Relay relay, InheritedSockets inherited, Predicate<Address> isTakenOver,
            Map<SocketKey, ListenSocket> sockets, PreparedConfig prepared) {
        this.relay = relay;
        this.inherited = inherited;
        this.isTakenOver = isTakenOver;
        this.sockets = sockets;
        this.prepared = prepared;
        this.inheritedAddresses = inherited.match(prepared.config());
    }

    /**
     * Binds the addresses that only the next configuration has. An inherited socket serves its address instead. The
     * IPv6 wildcard is bound last: until the IPv4 wildcard of the same port is bound, an IPv6 socket receives its
     * clients. Addresses of the process that this one takes over are bound after the others, which can be in use: a
     * socket that is bound gets connections.
     *
     * @throws UncheckedIOException if an address cannot be bound
     */
    void bind() {
        List<ListenerConfig> listeners = prepared.config().listeners();
        Set<Integer> releasedPorts = releasedPorts(listeners);
        listeners.stream().flatMap(ListenAddress::of)
                .sorted(Comparator.comparing((ListenAddress each) -> isTakenOver.test(each.address()))
                        .thenComparing(each -> order(each.address())))
                .forEach(listenAddress -> add(listenAddress, releasedPorts));
    }

    /**
     * Returns the ports of sockets that the next configuration removes. A new socket of such a port can be bound
     * before the old one is closed, for example for a change from 127.0.0.1:8081 to 0.0.0.0:8081.
     */
    private Set<Integer> releasedPorts(List<ListenerConfig> listeners) {
        Set<SocketKey> kept = listeners.stream().flatMap(listener -> SocketKey.of(listener).stream())
                .collect(Collectors.toSet());
        return sockets.entrySet().stream().filter(socket -> !kept.contains(socket.getKey()))
                .map(socket -> socket.getValue().bound()).filter(InetSocketAddress.class::isInstance)
                .map(bound -> ((InetSocketAddress) bound).getPort()).collect(Collectors.toSet());
    }

    private boolean inherits(Address address) {
        return inheritedAddresses.containsKey(address);
    }

    /** Inherited sockets are first, because the others are bound next to them. */
    private int order(Address address) {
        int bound = WildcardPair.isIpv6(address) ? 1 : 0;
        return inherits(address) ? -1 : bound;
    }

    /** Returns the present socket of an address. An inherited socket can have served another address before. */
    private Optional<ListenSocket> existing(SocketKey key) {
        return inherits(key.address())
                ? sockets.values().stream().filter(inheritedAddresses.get(key.address())::isUsedBy).findAny()
                : Optional.ofNullable(sockets.get(key)).filter(socket -> inherited.of(socket).isEmpty());
    }

    private void add(ListenAddress listenAddress, Set<Integer> releasedPorts) {
        Optional<ListenSocket> existing = existing(listenAddress.key());
        if (existing.isPresent()) {
            next.put(listenAddress.key(), existing.get());
            return;
        }
        Address address = listenAddress.address();
        try {
            ListenSocket socket = bind(address, listenAddress.listener(), releasedPorts);
            created.add(socket);
            next.put(listenAddress.key(), socket);
        } catch (IOException e) {
            throw new UncheckedIOException(prepared.origin(listenAddress.listener(), listenAddress.index()) + ": "
                    + address + " " + reason(address, e, prepared.config()), e);
        }
    }

    private String reason(Address address, IOException cause, ProxyConfig config) {
        return inherited.including(address)
                .map(socket -> "is in use by the socket " + socket.description() + "; leave one of the two out")
                .orElseGet(() -> BindFailure.text(address, cause, ownAddresses(config)));
    }

    private ListenSocket bind(Address address, ListenerConfig listener, Set<Integer> releasedPorts)
            throws IOException {
        if (inherits(address)) {
            InheritedSocket socket = inheritedAddresses.get(address);
            LOG.info("listeners.{}: {} uses the listening socket {}", listener.name(), address, socket.description());
            return relay.listen(socket, address);
        }
        int port = ListenAddress.port(address);
        boolean pair = boundAddresses().anyMatch(bound -> WildcardPair.matches(address, bound));
        if (pair && !isTakenOver.test(address) && WildcardPair.isIpv6(address)
                && boundAddresses().noneMatch(bound -> hasIpv6(bound, port))) {
            WildcardPair.requireFree(port);
        }
        return relay.bind(address, listener.unixMode(),
                pair || releasedPorts.contains(port) || isTakenOver.test(address));
    }

    private Stream<SocketAddress> boundAddresses() {
        return Stream.concat(sockets.values().stream(), created.stream()).map(ListenSocket::bound);
    }

    private static boolean hasIpv6(SocketAddress bound, int port) {
        return bound instanceof InetSocketAddress internet && internet.getPort() == port
                && internet.getAddress() instanceof Inet6Address;
    }

    /** Includes the next address of the admin endpoint, which is bound before the listeners. */
    private List<SocketAddress> ownAddresses(ProxyConfig config) {
        Stream<SocketAddress> admin = config.admin().stream().map(AdminConfig::address)
                .map(address -> new InetSocketAddress(address.host(), address.port()));
        return Stream.concat(boundAddresses(), admin).toList();
    }

    /** Returns the sockets of a listener of the next configuration. */
    List<ListenSocket> of(ListenerConfig listener) {
        return ListenSockets.of(listener, next).toList();
    }

    /** Returns whether the socket was bound for this change. */
    boolean isNew(ListenSocket socket) {
        return created.contains(socket);
    }

    /** Returns the sockets of the next configuration, which then stay open. */
    Map<SocketKey, ListenSocket> commit() {
        created.clear();
        return next;
    }

    @Override
    public void close() {
        created.forEach(ListenSocket::close);
        created.clear();
    }
}
