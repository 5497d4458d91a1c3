package io.apexproxy.runtime.engine.linux;

import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.ServerChannel;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening channel with level-triggered events, which are requested only while an accept is pending. */
final class EpollServerChannel extends ServerChannel implements EpollHandle {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");
    /** The length of the accept queue that the JDK uses for a length below 1. */
    private static final int DEFAULT_BACKLOG = 50;

    private final LoopGroup group;
    private final EpollTransport transport;
    private final NativeSocket socket;
    private final boolean inherited;
    private int registration;
    /** The local address of each accepted connection; null before the first one, and at a wildcard address. */
    private SocketAddress local;
    private boolean isWildcard;
    /** Whether events are requested; the loop's thread only. */
    private boolean watched;

    EpollServerChannel(LoopGroup group, EpollTransport transport, NativeSocket socket, boolean inherited) {
        super(group, inherited);
        this.group = group;
        this.transport = transport;
        this.socket = socket;
        this.inherited = inherited;
    }

    /** Opens an unbound socket. It ignores connections in TIME_WAIT when it is bound, as a socket of the JDK does. */
    static EpollServerChannel open(LoopGroup group, EpollTransport transport, StandardProtocolFamily family)
            throws IOException {
        SystemCalls calls = transport.calls(group);
        NativeSocket socket = NativeSocket.open(calls, family);
        try {
            if (!socket.isUnixDomain()) {
                socket.setOption(calls, StandardSocketOptions.SO_REUSEADDR, true);
            }
        } catch (IOException e) {
            socket.close(calls);
            throw e;
        }
        return new EpollServerChannel(group, transport, socket, false);
    }

    private SystemCalls calls() {
        return transport.calls(group);
    }

    @Override
    public int descriptor() {
        return socket.descriptor();
    }

    @Override
    public int registration() {
        return registration;
    }

    @Override
    public void register() throws IOException {
        registration = transport.add(this);
    }

    /** Returns true, so that connections in the accept queue are not accepted within the call that closes. */
    @Override
    public boolean deregister() {
        if (inherited && watched) { // only a close would end the events
            withdraw();
        }
        transport.remove(this);
        return true;
    }

    @Override
    protected void listen(SocketAddress local, int backlog) throws IOException {
        if (getLocalAddress() != null) {
            throw new AlreadyBoundException();
        }
        socket.bind(calls(), bindAddress(local, socket));
        if (!socket.isUnixDomain()) { // each accepted connection inherits the option, which saves a call
            socket.setOption(calls(), StandardSocketOptions.TCP_NODELAY, true);
        }
        socket.listen(calls(), backlog < 1 ? DEFAULT_BACKLOG : backlog);
    }

    /** Returns the address to bind a socket to; null stands for a free port of the wildcard address. */
    static SocketAddress bindAddress(SocketAddress local, NativeSocket socket) {
        if (local == null && !socket.isUnixDomain()) {
            return new InetSocketAddress(0);
        }
        boolean isSuitable = socket.isUnixDomain() ? local instanceof UnixDomainSocketAddress
                : local instanceof InetSocketAddress;
        if (!isSuitable) {
            throw new UnsupportedAddressTypeException();
        }
        if (local instanceof InetSocketAddress internet) {
            if (internet.isUnresolved()) {
                throw new UnresolvedAddressException();
            }
            if (socket.family() == NativeAddress.AF_INET && internet.getAddress() instanceof Inet6Address) {
                throw new UnsupportedAddressTypeException();
            }
        }
        return local;
    }

    @Override
    protected StreamChannel acceptSocket() throws IOException {
        SystemCalls calls = transport.loopCalls();
        SocketAddress own = localOfAccepted(calls); // first: after a failure, no accepted connection is lost
        int descriptor;
        do {
            descriptor = calls.accept(descriptor());
        } while (descriptor == -Errno.ECONNABORTED || descriptor == -Errno.EINTR); // the next one is in the queue
        if (descriptor == -Errno.EAGAIN) {
            return null;
        }
        if (descriptor < 0) {
            throw Errno.failure(-descriptor);
        }
        NativeSocket accepted = new NativeSocket(descriptor, socket.family());
        SocketAddress peer = calls.address();
        return new EpollSocketChannel(group, transport, accepted, peer, own, !inherited && !socket.isUnixDomain());
    }

    private SocketAddress localOfAccepted(SystemCalls calls) throws IOException {
        if (local == null && !isWildcard) {
            SocketAddress bound = socket.localAddress(calls);
            isWildcard = bound instanceof InetSocketAddress internet && internet.getAddress().isAnyLocalAddress();
            local = isWildcard ? null : bound;
        }
        return local;
    }

    @Override
    public int translate(int events) {
        return SelectionKey.OP_ACCEPT;
    }

    @Override
    protected void awaitConnection() {
        try {
            // other processes or loops can wait for connections of an inherited socket: the kernel wakes one of them
            transport.watch(this, SystemCalls.EPOLLIN | (inherited ? SystemCalls.EPOLLEXCLUSIVE : 0));
            watched = true;
        } catch (IOException e) {
            LOG.error("listening socket closed: epoll_ctl failed: {}", e.getMessage());
            startClosing();
        }
    }

    @Override
    protected void withdraw() {
        watched = false;
        transport.unwatch(this);
    }

    @Override
    protected void free() {
        if (!inherited) {
            socket.close(calls());
        }
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        requireSupported(name);
        socket.setOption(calls(), name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        requireSupported(name);
        return socket.option(calls(), name);
    }

    private void requireSupported(SocketOption<?> name) {
        if (!supportedOptions().contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return NativeOption.supportedByServers(socket.family());
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return socket.localAddress(calls());
    }
}
