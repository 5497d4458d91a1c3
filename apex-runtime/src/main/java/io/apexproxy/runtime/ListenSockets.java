package io.apexproxy.runtime;

import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The sockets that a deployment listens on. A socket belongs to its address and not to a listener, so that an address
 * can change to another listener without being closed.
 *
 * <p>Changed by one thread at a time; any thread may read.
 */
final class ListenSockets implements AutoCloseable {

    private static final int ANY_PORT = 0;
    private static final int NO_PORT = -1;

    private final Relay relay;
    private volatile Map<SocketKey, ListenSocket> sockets = Map.of();

    ListenSockets(Relay relay) {
        this.relay = relay;
    }

    /**
     * What a socket is found again by: its address, whichever listener it serves. Where that leaves the port open, each
     * has its own.
     */
    private record SocketKey(Address address, String owner) {
        private static List<SocketKey> of(ListenerConfig listener) {
            List<Address> addresses = listener.addresses();
            return IntStream.range(0, addresses.size()).mapToObj(index -> new SocketKey(addresses.get(index),
                    port(addresses.get(index)) == ANY_PORT ? listener.name() + "/" + index : "")).toList();
        }
    }

    /** An address of a listener of the next configuration. */
    private record Wanted(ListenerConfig listener, int index, SocketKey place) {
        private static Stream<Wanted> of(ListenerConfig listener) {
            List<SocketKey> places = SocketKey.of(listener);
            return IntStream.range(0, places.size()).mapToObj(index -> new Wanted(listener, index, places.get(index)));
        }

        private Address address() {
            return place.address();
        }
    }

    private static int port(Address address) {
        return address instanceof HostPort internet ? internet.port() : NO_PORT;
    }

    /** Where a listener listens. */
    List<SocketAddress> addresses(ListenerConfig listener) {
        return of(listener, sockets).map(ListenSocket::bound).toList();
    }

    private static Stream<ListenSocket> of(ListenerConfig listener, Map<SocketKey, ListenSocket> sockets) {
        return SocketKey.of(listener).stream().map(sockets::get).filter(Objects::nonNull);
    }

    /**
     * Binds Unix-domain sockets again whose file was removed or replaced. Any thread.
     *
     * @param timeout after which connections to an old socket that still wait at a limit are closed
     */
    void restoreFiles(Duration timeout) {
        sockets.values().forEach(socket -> socket.restoreFile(timeout));
    }

    /**
     * Binds what the next configuration needs and this one lacks. The wildcard of IPv6 comes last: bound before that of
     * IPv4, it would take IPv4 clients for a moment.
     *
     * @return the change, to be closed; unless it was committed before, that closes what was bound for it
     * @throws UncheckedIOException if an address cannot be listened on; then nothing is bound
     */
    Change bind(PreparedConfig prepared) {
        ProxyConfig config = prepared.config();
        Change change = new Change();
        try {
            Set<Integer> givenUp = portsGivenUp(config);
            config.listeners().stream().flatMap(Wanted::of)
                    .sorted(Comparator.comparing(wanted -> WildcardPair.isIpv6(wanted.address())))
                    .forEach(wanted -> change.add(wanted, givenUp, prepared));
            return change;
        } catch (Throwable e) {
            change.close();
            throw e;
        }
    }

    /**
     * A change from 127.0.0.1:8081 to 0.0.0.0:8081, or to another word for the same, must not fail because of this
     * process.
     */
    private Set<Integer> portsGivenUp(ProxyConfig config) {
        Set<SocketKey> wanted = config.listeners().stream().flatMap(listener -> SocketKey.of(listener).stream())
                .collect(Collectors.toSet());
        return sockets.entrySet().stream().filter(socket -> !wanted.contains(socket.getKey()))
                .map(socket -> socket.getValue().bound()).filter(InetSocketAddress.class::isInstance)
                .map(bound -> ((InetSocketAddress) bound).getPort()).collect(Collectors.toSet());
    }

    /**
     * Stops listening, and has connections served that the kernel has queued.
     *
     * @param timeout after which those that still wait at a limit are closed
     */
    void drain(Duration timeout) {
        sockets.values().forEach(socket -> socket.drain(timeout));
    }

    /** Stops listening at once. */
    @Override
    public void close() {
        sockets.values().forEach(ListenSocket::close);
    }

    /** The sockets of the next configuration: present ones where the address stays, new ones elsewhere. */
    final class Change implements AutoCloseable {

        private final Map<SocketKey, ListenSocket> next = new LinkedHashMap<>();
        private final List<ListenSocket> fresh = new ArrayList<>();

        private Change() {
        }

        private void add(Wanted wanted, Set<Integer> givenUp, PreparedConfig prepared) {
            ListenSocket present = sockets.get(wanted.place());
            if (present != null) {
                next.put(wanted.place(), present);
                return;
            }
            try {
                ListenSocket socket = bind(wanted, givenUp);
                fresh.add(socket);
                next.put(wanted.place(), socket);
            } catch (IOException e) {
                throw new UncheckedIOException(prepared.origin(wanted.listener(), wanted.index()) + ": "
                        + wanted.address() + " " + BindFailure.text(wanted.address(), e, own(prepared.config())), e);
            }
        }

        private ListenSocket bind(Wanted wanted, Set<Integer> givenUp) throws IOException {
            Address address = wanted.address();
            int port = port(address);
            boolean pair = listening().anyMatch(taken -> WildcardPair.matches(address, taken));
            if (pair && WildcardPair.isIpv6(address) && listening().noneMatch(taken -> hasIpv6(taken, port))) {
                WildcardPair.requireFree(port);
            }
            return relay.bind(address, wanted.listener().unixMode(), pair || givenUp.contains(port));
        }

        private Stream<SocketAddress> listening() {
            return Stream.concat(sockets.values().stream(), fresh.stream()).map(ListenSocket::bound);
        }

        private static boolean hasIpv6(SocketAddress bound, int port) {
            return bound instanceof InetSocketAddress internet && internet.getPort() == port
                    && internet.getAddress() instanceof Inet6Address;
        }

        /** Where this process listens, also for the admin endpoint, which is changed before. */
        private List<SocketAddress> own(ProxyConfig config) {
            Stream<SocketAddress> admin = config.admin().stream().map(AdminConfig::address)
                    .map(address -> new InetSocketAddress(address.host(), address.port()));
            return Stream.concat(listening(), admin).toList();
        }

        /** The sockets of a listener of the next configuration. */
        List<ListenSocket> of(ListenerConfig listener) {
            return ListenSockets.of(listener, next).toList();
        }

        /** Whether the socket was bound for this change. */
        boolean isFresh(ListenSocket socket) {
            return fresh.contains(socket);
        }

        /**
         * Puts the sockets in force.
         *
         * @return those that are not used any more, to be closed by the caller
         */
        List<ListenSocket> commit() {
            List<ListenSocket> unused = new ArrayList<>(sockets.values());
            unused.removeAll(next.values());
            sockets = next;
            fresh.clear();
            return unused;
        }

        @Override
        public void close() {
            fresh.forEach(ListenSocket::close);
            fresh.clear();
        }
    }
}
