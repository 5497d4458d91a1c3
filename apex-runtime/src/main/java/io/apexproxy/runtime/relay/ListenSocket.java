package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * One address that is listened on: a server socket per loop, among which the kernel distributes the connections.
 *
 * <p>From {@link Relay#bind} on, the kernel completes and queues connections; they are accepted from {@link #serve} on. Used by
 * the thread that applies the configuration.
 */
public final class ListenSocket {

    /** Connections the kernel may queue; it takes the lesser of this and {@code net.core.somaxconn}, 4096 by default. */
    private static final int BACKLOG = 4096;

    private final HostPort address;
    private final InetSocketAddress bound;
    private final List<Acceptor> acceptors;

    private ListenSocket(HostPort address, InetSocketAddress bound, List<Acceptor> acceptors) {
        this.address = address;
        this.bound = bound;
        this.acceptors = acceptors;
    }

    /**
     * Binds the first socket without SO_REUSEPORT, so that an address in use, be it by an Apex, is an error; after that the
     * option is set, which is what the kernel looks at when the others are bound beside it.
     *
     * @param besideOwn whether the address overlaps one that this process listens on and will soon give up
     */
    static ListenSocket bind(Relay relay, HostPort address, boolean besideOwn) throws IOException {
        InetSocketAddress wanted = new InetSocketAddress(address.host(), address.port());
        if (wanted.isUnresolved()) {
            throw new UnknownHostException(address.host() + " does not resolve");
        }
        List<Acceptor> acceptors = new ArrayList<>();
        try {
            for (EventLoop loop : relay.loops()) {
                AsynchronousServerSocketChannel server = loop.openServer(wanted);
                acceptors.add(new Acceptor(relay, loop, server));
                boolean first = acceptors.size() == 1;
                set(server, StandardSocketOptions.SO_REUSEADDR);
                boolean several = server.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
                if (several && (!first || besideOwn)) {
                    set(server, StandardSocketOptions.SO_REUSEPORT);
                }
                server.bind(wanted, BACKLOG);
                if (first) {
                    wanted = (InetSocketAddress) server.getLocalAddress();
                    if (several) {
                        set(server, StandardSocketOptions.SO_REUSEPORT);
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            acceptors.forEach(Acceptor::close);
            throw e;
        }
        return new ListenSocket(address, wanted, List.copyOf(acceptors));
    }

    private static void set(AsynchronousServerSocketChannel server, SocketOption<Boolean> option) throws IOException {
        server.setOption(option, true);
    }

    /** Accepts connections for this listener from now on. */
    public void serve(Listener listener) {
        acceptors.forEach(acceptor -> acceptor.serve(listener));
    }

    /** The address in the configuration. */
    public HostPort address() {
        return address;
    }

    /** The address as it is bound: with the port that was found, where the configuration has 0. */
    public InetSocketAddress bound() {
        return bound;
    }

    /** Stops listening. Sessions go on. */
    public void close() {
        acceptors.forEach(Acceptor::close);
    }
}
