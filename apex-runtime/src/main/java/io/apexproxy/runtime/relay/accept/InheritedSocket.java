package io.apexproxy.runtime.relay.accept;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that the process was started with. It serves the listener that has its address. The program that
 * has started the process, such as systemd, keeps the socket open while one process replaces another.
 *
 * <p>The socket is never closed: the JDK would then redirect standard output, and so the log, to {@code /dev/null}. One
 * socket cannot be bound several times, so each loop accepts from the same one.
 *
 * <p>One thread at a time.
 */
public final class InheritedSocket {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final HostPort NO_ADDRESS = new HostPort("0.0.0.0", 0);

    private final ServerSocketChannel channel;
    private final SocketAddress bound;
    /** The IPv4 wildcard, if the socket is bound to that of IPv6 and also receives IPv4 clients. */
    private final HostPort ipv4Wildcard;
    private Optional<ListenSocket> latest = Optional.empty();

    /**
     * Creates the socket of a channel that listens. Determines which clients it receives, before this process binds
     * other sockets.
     *
     * @param channel stays open
     * @param bound its address, not that of an unnamed socket
     */
    public InheritedSocket(ServerSocketChannel channel, SocketAddress bound) {
        this.channel = channel;
        this.bound = bound;
        this.ipv4Wildcard = bound instanceof InetSocketAddress internet
                && internet.getAddress() instanceof Inet6Address && internet.getAddress().isAnyLocalAddress()
                && isTaken(internet.getPort()) ? new HostPort(NO_ADDRESS.host(), internet.getPort()) : NO_ADDRESS;
    }

    /**
     * Returns whether the IPv4 wildcard is taken by the socket, which listens on the IPv6 wildcard. Java cannot read
     * IPV6_V6ONLY. Without the privilege for the port, the answer is that of sockets without the option.
     */
    private static boolean isTaken(int port) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.INET)) {
            probe.setOption(StandardSocketOptions.SO_REUSEADDR, true); // ignores connections in TIME_WAIT
            probe.bind(new InetSocketAddress(NO_ADDRESS.host(), port));
            return false;
        } catch (IOException e) {
            LOG.debug("port {} of IPv4 cannot be bound", port, e);
            return true;
        }
    }

    /**
     * Checks at the start that a listener has the address.
     *
     * @throws ConfigException if no listener has it
     */
    public void requireListener(ProxyConfig config) {
        if (match(config).isPresent()) {
            return;
        }
        String listeners = CleanText.list(config.listeners().stream()
                .map(listener -> listener.name() + " on " + CleanText.list(texts(listener))).toList());
        boolean isAdmin = config.admin().filter(admin -> isAt(admin.address())).isPresent();
        throw new ConfigException(Origin.of("standard input"), "is a listening socket for " + this + ", "
                + (isAdmin ? "the address of the admin endpoint, but only listeners can use such a socket"
                        : "but no listener has this address")
                + " (" + listeners + "): change listen_addr of a listener, or ListenStream= of the socket unit");
    }

    private static List<String> texts(ListenerConfig listener) {
        return listener.addresses().stream().map(Address::toString).toList();
    }

    /**
     * Returns the address of the configuration that the socket serves: the address of the socket; or the IPv4 wildcard,
     * if the socket is bound to the IPv6 wildcard, receives IPv4 clients, and the configuration does not have both.
     */
    public Optional<Address> match(ProxyConfig config) {
        List<Address> addresses = config.listeners().stream().flatMap(listener -> listener.addresses().stream())
                .toList();
        return addresses.stream().filter(this::isAt).findFirst()
                .or(() -> addresses.stream().filter(ipv4Wildcard::equals).filter(address -> ipv4Wildcard.port() > 0)
                        .findFirst());
    }

    /** Returns whether the address is the other wildcard of the port, which cannot be bound next to the socket. */
    public boolean includes(Address address) {
        return address.equals(ipv4Wildcard) || (bound instanceof InetSocketAddress internet
                && internet.getAddress() instanceof Inet4Address && internet.getAddress().isAnyLocalAddress()
                && address.equals(new HostPort("::", internet.getPort())));
    }

    private boolean isAt(Address address) {
        if (address instanceof UnixPath unix) {
            return bound instanceof UnixDomainSocketAddress other && isSame(unix.path(), other.getPath());
        }
        HostPort internet = (HostPort) address;
        return bound.equals(new InetSocketAddress(internet.host(), internet.port()));
    }

    /** Returns whether two paths lead to the same file, such as /run/apex.sock and /var/run/apex.sock. */
    private static boolean isSame(Path configured, Path other) {
        try {
            return configured.equals(other) || Files.isSameFile(configured, other);
        } catch (IOException e) { // one of the files does not exist
            LOG.debug("{} cannot be compared with {}", configured, other, e);
            return false;
        }
    }

    /** Returns whether {@link #listen} has created this object most recently. */
    public boolean isUsedBy(ListenSocket socket) {
        return latest.filter(socket::equals).isPresent();
    }

    /**
     * Creates the object that accepts from the socket on all loops. The previous one is drained or closed.
     *
     * @param context shared by all listening sockets
     * @param address the address in the configuration
     * @throws IOException if a loop has not released the socket yet
     */
    public ListenSocket listen(AcceptContext context, Address address) throws IOException {
        List<Acceptor> acceptors = new ArrayList<>();
        try {
            for (RelayLoop loop : context.loops()) {
                acceptors.add(context.acceptor(loop, loop.openServer(channel), bound));
            }
        } catch (Throwable e) {
            acceptors.forEach(Acceptor::close);
            throw e;
        }
        ListenSocket socket = new ListenSocket(context, address, bound, Optional.empty(), List.copyOf(acceptors));
        latest = Optional.of(socket);
        return socket;
    }

    /** Returns the address in the form of the configuration. */
    @Override
    public String toString() {
        return CleanText.piece(Address.text(bound));
    }
}
