package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.InheritedSocket;
import io.apexproxy.runtime.relay.accept.InheritedSockets;
import io.apexproxy.runtime.relay.accept.ListenAddress.SocketKey;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that a deployment listens on, by address. A socket belongs to its address and not to a listener, so that
 * an address can move to another listener without being closed.
 *
 * <p>One thread at a time may change the sockets. Any thread may read them.
 */
final class ListenSockets implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex");

    private final Relay relay;
    private final InheritedSockets inherited;
    private final Predicate<Address> isTakenOver;
    private volatile Map<SocketKey, ListenSocket> sockets = Map.of();

    /**
     * Creates no sockets.
     *
     * @param relay binds the sockets
     * @param inherited the listening sockets that the process was started with
     * @param isTakenOver whether the process that this one takes over can listen on an address
     */
    ListenSockets(Relay relay, InheritedSockets inherited, Predicate<Address> isTakenOver) {
        this.relay = relay;
        this.inherited = inherited;
        this.isTakenOver = isTakenOver;
    }

    /** Returns the address of a socket with the port that it is bound to. */
    static String text(ListenSocket socket) {
        return socket.address() instanceof HostPort internet && socket.bound() instanceof InetSocketAddress bound
                ? new HostPort(internet.host(), bound.getPort()).toString() : socket.address().toString();
    }

    /** Returns all addresses that are bound. */
    List<SocketAddress> addresses() {
        return sockets.values().stream().map(ListenSocket::bound).toList();
    }

    /** Returns an inherited socket that a listener uses. No other process can bind its address beside. */
    Optional<InheritedSocket> inherited() {
        return sockets.values().stream().flatMap(socket -> inherited.of(socket).stream()).findAny();
    }

    /** Returns the addresses that a listener is bound to. */
    List<SocketAddress> addresses(ListenerConfig listener) {
        return of(listener, sockets).map(ListenSocket::bound).toList();
    }

    static Stream<ListenSocket> of(ListenerConfig listener, Map<SocketKey, ListenSocket> sockets) {
        return SocketKey.of(listener).stream().map(sockets::get).filter(Objects::nonNull);
    }

    /**
     * Binds Unix-domain sockets again whose file was removed or replaced. Any thread.
     *
     * @param timeout the drain timeout of listeners without their own, after which connections to an old socket that
     *     still wait at a limit are closed
     */
    void restoreFiles(Duration timeout) {
        sockets.values().forEach(socket -> socket.restoreFile(timeout));
    }

    /**
     * Binds the addresses that only the next configuration has.
     *
     * @return the change; closing it without a commit closes its new sockets
     * @throws UncheckedIOException if an address cannot be bound; then nothing is bound
     */
    ListenChange bind(PreparedConfig prepared) {
        ListenChange change = new ListenChange(relay, inherited, isTakenOver, sockets, prepared);
        try {
            change.bind();
            return change;
        } catch (Throwable e) {
            change.close();
            throw e;
        }
    }

    /**
     * Puts a change in force.
     *
     * @return the sockets that are no longer used; the caller closes them
     */
    List<ListenSocket> commit(ListenChange change) {
        List<ListenSocket> unused = new ArrayList<>(sockets.values());
        sockets = change.commit();
        unused.removeAll(sockets.values());
        unused.stream().flatMap(socket -> inherited.of(socket).stream()).forEach(socket -> LOG.warn("the listening"
                + " socket {} has no listener any more: it stays open, and its clients wait, until it is removed in the"
                + " supervisor (ListenStream= of the socket unit)", socket.description()));
        return unused;
    }

    /**
     * Stops listening. Connections in the kernel's accept queue are still served.
     *
     * @param timeout the drain timeout of listeners without their own, after which connections that still wait at a
     *     limit are closed
     */
    void drain(Duration timeout) {
        sockets.values().forEach(socket -> socket.drain(timeout));
    }

    /** Stops listening at once and closes connections that wait at a limit. */
    @Override
    public void close() {
        sockets.values().forEach(ListenSocket::close);
    }
}
