package io.apexproxy.runtime.relay.accept;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * The listening sockets of one address: one server socket per loop, between which the kernel distributes connections. A
 * Unix-domain socket has one server socket, on the first loop, because the kernel does not distribute its connections.
 *
 * <p>After {@link #bind} the kernel completes and queues connections; after {@link #serve} they are accepted. Any
 * thread but those of the loops.
 */
public final class ListenSocket {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    /** The length of the kernel's queue, which {@code net.core.somaxconn} limits (4096 by default). */
    private static final int BACKLOG = 4096;
    private static final Runnable NOTHING = () -> {};

    private final AcceptContext context;
    private final Address address;
    private final SocketAddress bound;
    private volatile Optional<SocketFile> file;
    @GuardedBy("this")
    private List<Acceptor> acceptors;
    /** Null until {@link #serve}. */
    @GuardedBy("this")
    private Listener listener;
    private volatile boolean closed;
    /** The logged reason why the file could not be bound again; empty after a successful bind. */
    @GuardedBy("this")
    private String lastFailure = "";
    @GuardedBy("this")
    private Runnable closeAction = NOTHING;

    ListenSocket(AcceptContext context, Address address, SocketAddress bound, Optional<SocketFile> file,
            List<Acceptor> acceptors) {
        this.context = context;
        this.address = address;
        this.bound = bound;
        this.file = file;
        this.acceptors = acceptors;
    }

    /**
     * Binds a Unix-domain socket. Replaces the socket file of a process that has ended.
     *
     * @param context shared by all listening sockets
     * @param address the path of the socket
     * @param mode the mode of the file
     * @param isShared whether the socket file of a process that listens is replaced, too
     */
    public static ListenSocket bind(AcceptContext context, UnixPath address, Set<PosixFilePermission> mode,
            boolean isShared) throws IOException {
        UnixDomainSocketAddress requested = UnixDomainSocketAddress.of(address.path());
        RelayLoop loop = context.loops().get(0);
        LoopServerSocketChannel server;
        try {
            server = loop.openServer(requested);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no Unix-domain sockets", e);
        }
        SocketFile file = new SocketFile(address.path());
        ListenSocket socket = new ListenSocket(context, address, requested, Optional.of(file),
                List.of(context.acceptor(loop, server, requested)));
        try {
            SocketFile.Binding binding = path -> server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            if (isShared) {
                file.replace(mode, binding);
            } else {
                file.bind(mode, binding);
            }
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /**
     * Binds TCP sockets. The first one is bound without SO_REUSEPORT, so that an address in use is an error, also if
     * another Apex uses it. The option is set afterwards: the kernel checks it when the other sockets are bound.
     *
     * @param context shared by all listening sockets
     * @param address the address; a port of 0 selects a free port
     * @param isShared whether the address overlaps one that is bound already: by this process, which will close it soon
     *     or listens on the wildcard address of the other IP version; or by the process that this one takes over
     */
    public static ListenSocket bind(AcceptContext context, HostPort address, boolean isShared) throws IOException {
        InetSocketAddress requested = new InetSocketAddress(address.host(), address.port());
        if (requested.isUnresolved()) {
            throw new UnknownHostException(address.host() + " does not resolve");
        }
        List<Acceptor> acceptors = new ArrayList<>();
        try {
            for (RelayLoop loop : context.loops()) {
                LoopServerSocketChannel server = loop.openServer(requested);
                acceptors.add(context.acceptor(loop, server, requested));
                boolean first = acceptors.size() == 1;
                set(server, StandardSocketOptions.SO_REUSEADDR);
                boolean canShare = server.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
                if (canShare && (!first || isShared)) {
                    set(server, StandardSocketOptions.SO_REUSEPORT);
                }
                server.bind(requested, BACKLOG);
                if (first) {
                    requested = (InetSocketAddress) server.getLocalAddress();
                    if (canShare) {
                        set(server, StandardSocketOptions.SO_REUSEPORT);
                    }
                }
            }
        } catch (UnsupportedOperationException | UnsupportedAddressTypeException e) { // no IPv6
            acceptors.forEach(Acceptor::close);
            throw new IOException(address.host() + " is not supported by this system", e);
        } catch (Throwable e) {
            acceptors.forEach(Acceptor::close);
            throw e;
        }
        return new ListenSocket(context, address, requested, Optional.empty(), List.copyOf(acceptors));
    }

    private static void set(LoopServerSocketChannel server, SocketOption<Boolean> option) throws IOException {
        server.setOption(option, true);
    }

    /** Starts to accept connections for a listener, or switches to another listener. */
    public synchronized void serve(Listener next) {
        listener = next;
        acceptors.forEach(acceptor -> acceptor.serve(next));
        file.filter(SocketFile::isIntact).ifPresent(this::changeMode);
    }

    @GuardedBy("this")
    private void changeMode(SocketFile present) {
        try {
            present.changeMode(listener.config().unixMode());
        } catch (IOException e) {
            LOG.warn("listeners.{}: failed to set the mode of {}: {}", listener.name(), address, e.getMessage());
        }
    }

    /**
     * Binds a Unix-domain socket again if its file was removed or replaced, because clients cannot connect to it. Logs
     * the event, and the reason if the bind fails. Does nothing before {@link #serve}.
     *
     * @param timeout the drain timeout of listeners without their own, after which waiting connections of the old
     *     socket are closed
     */
    public void restoreFile(Duration timeout) {
        if (!closed && file.isPresent()) { // without the lock, which a drain holds while its loop is busy
            restore(timeout);
        }
    }

    @SuppressWarnings("GuardedBy") // no other thread has the fresh socket
    private synchronized void restore(Duration timeout) {
        if (closed || listener == null || file.get().isIntact()) {
            return;
        }
        String event = file.get().isMissing() ? "removed" : "replaced by another file";
        try {
            ListenSocket fresh = bind(context, (UnixPath) address, listener.config().unixMode(), false);
            List<Acceptor> old = acceptors;
            file = fresh.file;
            acceptors = fresh.acceptors;
            acceptors.forEach(acceptor -> acceptor.serve(listener));
            // on the loop, where drain() does not block
            context.loops().get(0).execute(() -> old.forEach(acceptor -> acceptor.drain(timeout)));
            lastFailure = "";
            LOG.warn("listeners.{}: {} was {}, so no client could connect; it is bound again", listener.name(), address,
                    event);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (!lastFailure.equals(reason)) {
                lastFailure = reason;
                LOG.warn("listeners.{}: {} was {}, so no client can connect; it cannot be bound again: {}; retrying",
                        listener.name(), address, event, reason);
            }
        }
    }

    /** Sets an action that runs once, after the socket has stopped listening. */
    public synchronized void onClose(Runnable action) {
        closeAction = action;
    }

    @GuardedBy("this")
    private void runCloseAction() {
        Runnable action = closeAction;
        closeAction = NOTHING;
        action.run();
    }

    /** Returns the address in the configuration. */
    public Address address() {
        return address;
    }

    /** Returns the bound address, with the selected port if the configuration has port 0. */
    public SocketAddress bound() {
        return bound;
    }

    /**
     * Stops listening without a reset: accepts the connections in the kernel's queue and admits them within the limits.
     * Sessions continue.
     *
     * @param timeout the drain timeout of listeners without their own, after which connections that still wait at a
     *     limit are closed
     */
    public synchronized void drain(Duration timeout) {
        closed = true;
        file.ifPresent(SocketFile::remove); // first: another process would treat the file of a closed socket as stale
        acceptors.forEach(acceptor -> acceptor.drain(timeout));
        runCloseAction();
    }

    /** Stops listening immediately and closes waiting connections. Sessions continue. */
    public synchronized void close() {
        closed = true;
        file.ifPresent(SocketFile::remove);
        acceptors.forEach(Acceptor::close);
        runCloseAction();
    }
}
