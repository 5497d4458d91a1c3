package io.apexproxy.runtime.relay.accept;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.engine.LoopServerSocketChannel;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address that is listened on: a server socket per loop, among which the kernel distributes the connections. A file
 * has one server socket, on the first loop, as the kernel does not distribute those; its sessions all live there.
 *
 * <p>From {@link #bind} on, the kernel completes and queues connections; they are accepted from {@link #serve} on. Any
 * thread but those of the loops.
 */
public final class ListenSocket {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /**
     * Connections the kernel may queue; it takes the lesser of this and {@code net.core.somaxconn}, 4096 by default.
     */
    private static final int BACKLOG = 4096;
    private static final Runnable NOTHING = () -> { };

    private final AcceptContext context;
    private final Address address;
    private final SocketAddress bound;
    private volatile Optional<SocketFile> file;
    private List<Acceptor> acceptors;
    /** Null until it is served. */
    private Listener listener;
    private volatile boolean closed;
    /** Why the file could not be bound again, as it was logged last; empty: it is there. */
    private String trouble = "";
    private Runnable closeAction = NOTHING;

    private ListenSocket(AcceptContext context, Address address, SocketAddress bound, Optional<SocketFile> file,
            List<Acceptor> acceptors) {
        this.context = context;
        this.address = address;
        this.bound = bound;
        this.file = file;
        this.acceptors = acceptors;
    }

    /**
     * Binds to a file, which replaces one that a dead process has left there.
     *
     * @param context what all sockets share
     * @param address the file
     * @param mode who may connect
     */
    public static ListenSocket bind(AcceptContext context, UnixPath address, Set<PosixFilePermission> mode)
            throws IOException {
        UnixDomainSocketAddress wanted = UnixDomainSocketAddress.of(address.path());
        RelayLoop loop = context.loops().get(0);
        LoopServerSocketChannel server;
        try {
            server = loop.openServer(wanted);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no Unix-domain sockets", e);
        }
        SocketFile file = new SocketFile(address.path());
        ListenSocket socket = new ListenSocket(context, address, wanted, Optional.of(file),
                List.of(context.acceptor(loop, server, wanted)));
        try {
            file.bind(mode, path -> server.bind(UnixDomainSocketAddress.of(path), BACKLOG));
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /**
     * Binds the first socket without SO_REUSEPORT, so that an address in use, be it by an Apex, is an error; after that
     * the option is set, which is what the kernel looks at when the others are bound next to it.
     *
     * @param context what all sockets share
     * @param address a port of 0 finds a free one
     * @param besideOwn whether the address overlaps one that this process listens on: one that it will soon give up, or
     *     the wildcard of the other version of IP
     */
    public static ListenSocket bind(AcceptContext context, HostPort address, boolean besideOwn) throws IOException {
        InetSocketAddress wanted = new InetSocketAddress(address.host(), address.port());
        if (wanted.isUnresolved()) {
            throw new UnknownHostException(address.host() + " does not resolve");
        }
        List<Acceptor> acceptors = new ArrayList<>();
        try {
            for (RelayLoop loop : context.loops()) {
                LoopServerSocketChannel server = loop.openServer(wanted);
                acceptors.add(context.acceptor(loop, server, wanted));
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
        } catch (UnsupportedOperationException | UnsupportedAddressTypeException e) { // the JDK found no IPv6
            acceptors.forEach(Acceptor::close);
            throw new IOException(address.host() + " is not supported by this system", e);
        } catch (Throwable e) {
            acceptors.forEach(Acceptor::close);
            throw e;
        }
        return new ListenSocket(context, address, wanted, Optional.empty(), List.copyOf(acceptors));
    }

    private static void set(LoopServerSocketChannel server, SocketOption<Boolean> option) throws IOException {
        server.setOption(option, true);
    }

    /** Accepts connections for this listener from now on. */
    public synchronized void serve(Listener next) {
        listener = next;
        acceptors.forEach(acceptor -> acceptor.serve(next));
        file.filter(SocketFile::isOurs).ifPresent(this::permit);
    }

    /** The mode may have changed since the socket was bound. */
    private void permit(SocketFile present) {
        try {
            present.permit(listener.config().unixMode());
        } catch (IOException e) {
            LOG.warn("listeners.{}: cannot set the mode of {}: {}", listener.name(), address, e.getMessage());
        }
    }

    /**
     * Binds a Unix-domain socket again whose file was removed or replaced, so that clients could not connect. Logs
     * that, and why it cannot be done. Does nothing if the file is there, and before {@link #serve}.
     *
     * @param timeout after which connections to the old socket that still wait at a limit are closed
     */
    public void restoreFile(Duration timeout) {
        if (!closed && file.isPresent()) { // a drain holds the lock while its loop is busy
            restore(timeout);
        }
    }

    private synchronized void restore(Duration timeout) {
        if (closed || listener == null || file.get().isOurs()) {
            return;
        }
        String event = file.get().isMissing() ? "removed" : "replaced by another file";
        try {
            ListenSocket fresh = bind(context, (UnixPath) address, listener.config().unixMode());
            List<Acceptor> old = acceptors;
            file = fresh.file;
            acceptors = fresh.acceptors;
            acceptors.forEach(acceptor -> acceptor.serve(listener));
            // on its loop, where it does not block
            context.loops().get(0).execute(() -> old.forEach(acceptor -> acceptor.drain(timeout)));
            trouble = "";
            LOG.warn("listeners.{}: {} was {}, so no client could connect; it is bound again", listener.name(), address,
                    event);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (!trouble.equals(reason)) {
                trouble = reason;
                LOG.warn("listeners.{}: {} was {}, so no client can connect; it cannot be bound again: {}; retrying",
                        listener.name(), address, event, reason);
            }
        }
    }

    /** Sets what is done once, when the address is no longer listened on. */
    public synchronized void onClose(Runnable action) {
        closeAction = action;
    }

    private void runCloseAction() {
        Runnable action = closeAction;
        closeAction = NOTHING;
        action.run();
    }

    /** The address in the configuration. */
    public Address address() {
        return address;
    }

    /** The address as it is bound: with the port that was found, where the configuration has 0. */
    public SocketAddress bound() {
        return bound;
    }

    /**
     * Stops listening without a reset: connections that the kernel has queued are accepted and served as limits allow.
     * Sessions go on.
     *
     * @param timeout after which connections that still wait at a limit are closed
     */
    public synchronized void drain(Duration timeout) {
        closed = true;
        file.ifPresent(SocketFile::remove); // first, or another process would take the file for one left behind
        acceptors.forEach(acceptor -> acceptor.drain(timeout));
        runCloseAction();
    }

    /** Stops listening at once; connections that wait are closed. Sessions go on. */
    public synchronized void close() {
        closed = true;
        file.ifPresent(SocketFile::remove);
        acceptors.forEach(Acceptor::close);
        runCloseAction();
    }
}
