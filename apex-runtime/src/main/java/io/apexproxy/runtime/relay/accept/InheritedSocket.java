package io.apexproxy.runtime.relay.accept;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Origin;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
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
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that the process was started with. It serves the listener that has its address. The program that
 * has started the process, such as systemd, keeps the socket open while one process replaces another.
 *
 * <p>The socket is never closed: a reload can use it again. In addition, the JDK would redirect standard output, and so
 * the log, to {@code /dev/null} if the socket is standard input. One socket cannot be bound several times, so each loop
 * accepts from the same one.
 *
 * <p>One thread at a time.
 */
public final class InheritedSocket {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final String STANDARD_INPUT = "that is standard input";
    private static final HostPort NO_ADDRESS = new HostPort("0.0.0.0", 0);

    private final Opener opener;
    private final String source;
    private final SocketAddress bound;
    /** The IPv4 wildcard, if the socket is bound to that of IPv6 and also receives IPv4 clients. */
    private final HostPort ipv4Wildcard;
    private Optional<ListenSocket> latest = Optional.empty();

    /** Opens a server channel on the socket for a loop. */
    private interface Opener {
        LoopServerSocketChannel open(RelayLoop loop) throws IOException;
    }

    private InheritedSocket(Opener opener, String source, SocketAddress bound, IntPredicate receivesIpv4) {
        this.opener = opener;
        this.source = source;
        this.bound = bound;
        this.ipv4Wildcard = bound instanceof InetSocketAddress internet
                && internet.getAddress() instanceof Inet6Address && internet.getAddress().isAnyLocalAddress()
                && receivesIpv4.test(internet.getPort()) ? new HostPort(NO_ADDRESS.host(), internet.getPort())
                        : NO_ADDRESS;
    }

    /**
     * Returns the socket that is standard input. Determines which clients it receives, before this process binds other
     * sockets.
     *
     * @param channel stays open
     * @param bound its address, not that of an unnamed socket
     */
    public static InheritedSocket standardInput(ServerSocketChannel channel, SocketAddress bound) {
        return new InheritedSocket(loop -> loop.openServer(channel), STANDARD_INPUT, bound,
                InheritedSocket::isTaken);
    }

    /**
     * Returns a socket that was passed as another descriptor.
     *
     * @param descriptor of a non-blocking socket, stays open
     * @param bound its address, not that of an unnamed socket
     * @param receivesIpv4 whether it receives clients of IPv4, if it is bound to the IPv6 wildcard
     */
    public static InheritedSocket passed(int descriptor, SocketAddress bound, boolean receivesIpv4) {
        return new InheritedSocket(loop -> loop.openServer(descriptor), "of LISTEN_FDS", bound, port -> receivesIpv4);
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

    /** Returns the error of a socket at the start that has the address of no listener. */
    ConfigException withoutListener(ProxyConfig config) {
        String listeners = CleanText.list(config.listeners().stream()
                .map(listener -> listener.name() + " on " + CleanText.list(texts(listener))).toList());
        boolean isAdmin = isAdmin(config);
        return new ConfigException(Origin.of("standard input"), "is a listening socket for " + this + ", "
                + (isAdmin ? "the address of the admin endpoint, but only listeners can use such a socket"
                        : "but no listener has this address")
                + " (" + listeners + "): change listen_addr of a listener, or ListenStream= of the socket unit");
    }

    /** Returns whether the admin endpoint has the address. */
    boolean isAdmin(ProxyConfig config) {
        return config.admin().map(admin -> new InetSocketAddress(admin.address().host(), admin.address().port()))
                .filter(this::isAt).isPresent();
    }

    boolean isStandardInput() {
        return source.equals(STANDARD_INPUT);
    }

    /** Returns what to do so that a socket without a listener is used. */
    String remedy(ProxyConfig config) {
        return (isAdmin(config) ? "the admin endpoint cannot use such a socket: "
                : "set listen_addr = \"" + this + "\" in a listener, or ")
                + "remove its ListenStream= from the socket unit";
    }

    private static List<String> texts(ListenerConfig listener) {
        return listener.addresses().stream().map(Address::toString).toList();
    }

    /** Returns whether the socket is bound to an internet address. */
    boolean isAt(SocketAddress address) {
        return bound.equals(address);
    }

    /** Returns whether the socket is bound to the path of a Unix-domain socket. */
    boolean isAtPath(Address address) {
        return address instanceof UnixPath unix && bound instanceof UnixDomainSocketAddress other
                && isSame(unix.path(), other.getPath());
    }

    /** Returns whether the address is the IPv4 wildcard, and the socket of the IPv6 wildcard receives its clients. */
    boolean servesIpv4Wildcard(Address address) {
        return ipv4Wildcard.port() > 0 && ipv4Wildcard.equals(address);
    }

    /** Returns whether the address is the other wildcard of the port, which cannot be bound next to the socket. */
    public boolean includes(Address address) {
        return address.equals(ipv4Wildcard) || (bound instanceof InetSocketAddress internet
                && internet.getAddress() instanceof Inet4Address && internet.getAddress().isAnyLocalAddress()
                && address.equals(new HostPort("::", internet.getPort())));
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
                acceptors.add(context.acceptor(loop, opener.open(loop), bound));
            }
        } catch (Throwable e) {
            acceptors.forEach(Acceptor::close);
            throw e;
        }
        ListenSocket socket = new ListenSocket(context, address, bound, Optional.empty(), List.copyOf(acceptors));
        latest = Optional.of(socket);
        return socket;
    }

    /** Returns the address and how the socket was passed: {@code 127.0.0.1:80 that is standard input}. */
    public String description() {
        return this + " " + source;
    }

    /** Returns the address in the form of the configuration. */
    @Override
    public String toString() {
        return CleanText.piece(Address.text(bound));
    }
}
