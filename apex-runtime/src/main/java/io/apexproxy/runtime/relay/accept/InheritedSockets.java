package io.apexproxy.runtime.relay.accept;

import io.apexproxy.api.ConfigException;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.log.CleanText;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets that the process was started with. One thread at a time.
 *
 * @param all the sockets
 */
public record InheritedSockets(List<InheritedSocket> all) {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    /** The process was started without a listening socket. */
    public static final InheritedSockets NONE = new InheritedSockets(List.of());

    /** Copies the list. */
    public InheritedSockets {
        all = List.copyOf(all);
    }

    /**
     * Determines which socket serves each address of a configuration. A socket serves one address: its own; otherwise
     * the IPv4 wildcard, if the socket is bound to that of IPv6 and also receives IPv4 clients.
     *
     * @return the addresses that have a socket
     */
    public Map<Address, InheritedSocket> match(ProxyConfig config) {
        return all.isEmpty() ? Map.of() : match(config.listeners().stream()
                .flatMap(listener -> listener.addresses().stream()).toList());
    }

    Map<Address, InheritedSocket> match(List<Address> addresses) {
        Map<Address, InheritedSocket> served = new LinkedHashMap<>();
        List<InheritedSocket> free = new ArrayList<>(all);
        for (Address address : addresses) {
            Optional<SocketAddress> internet = internet(address); // once, because it can look up a name
            assign(address, free, served, (socket, each) -> internet.map(socket::isAt).orElseGet(
                    () -> socket.isAtPath(each)));
        }
        addresses.forEach(address -> assign(address, free, served, InheritedSocket::servesIpv4Wildcard));
        return served;
    }

    private static void assign(Address address, List<InheritedSocket> free, Map<Address, InheritedSocket> served,
            BiPredicate<InheritedSocket, Address> isSuitable) {
        if (!served.containsKey(address)) {
            free.stream().filter(socket -> isSuitable.test(socket, address)).findFirst().ifPresent(socket -> {
                served.put(address, socket);
                free.remove(socket);
            });
        }
    }

    private static Optional<SocketAddress> internet(Address address) {
        return address instanceof HostPort internet
                ? Optional.of(new InetSocketAddress(internet.host(), internet.port())) : Optional.empty();
    }

    /**
     * Checks at the start that listeners have the addresses. Logs the sockets without a listener.
     *
     * @throws ConfigException if no listener has the address of the socket that is standard input
     */
    public void check(ProxyConfig config) {
        List<InheritedSocket> unused = new ArrayList<>(all);
        unused.removeAll(match(config).values());
        for (InheritedSocket socket : unused) {
            if (socket.isStandardInput()) {
                throw socket.withoutListener(config);
            }
        }
        unused.stream().limit(CleanText.MAX_NAMED).forEach(socket -> LOG.warn("the listening socket {} is not used: it"
                + " stays open, and its clients wait; {}", socket.description(), socket.remedy(config)));
        if (unused.size() > CleanText.MAX_NAMED) {
            LOG.warn("{} more listening sockets of LISTEN_FDS are not used", unused.size() - CleanText.MAX_NAMED);
        }
    }

    /** Returns the inherited socket from which an object accepts; empty if it accepts from one of its own. */
    public Optional<InheritedSocket> of(ListenSocket socket) {
        return all.stream().filter(inherited -> inherited.isUsedBy(socket)).findFirst();
    }

    /** Returns the inherited socket next to which an address cannot be bound. */
    public Optional<InheritedSocket> including(Address address) {
        return all.stream().filter(socket -> socket.includes(address)).findFirst();
    }
}
