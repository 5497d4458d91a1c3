package io.apexproxy.runtime.engine.linux;

import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.ServerChannel;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.util.Set;

/**
 * A listening channel over a {@link NativeSocket}.
 *
 * @param <N> the transport of the engine
 */
public abstract class NativeServerChannel<N extends NativeTransport> extends ServerChannel implements NativeHandle {
    /** The length of the accept queue that the JDK uses for a length below 1. */
    private static final int DEFAULT_BACKLOG = 50;

    private final LoopGroup group;
    private final N transport;
    private final NativeSocket socket;
    private final boolean inherited;
    /** The local address of each accepted connection; null before the first one, and at a wildcard address. */
    private SocketAddress local;
    private boolean isWildcard;
    private int registration;

    /**
     * Creates a channel. Its group registers it.
     *
     * @param inherited whether the process has inherited the socket, which listens and is never closed
     */
    protected NativeServerChannel(LoopGroup group, N transport, NativeSocket socket, boolean inherited) {
        super(group, inherited);
        this.group = group;
        this.transport = transport;
        this.socket = socket;
        this.inherited = inherited;
    }

    /** Opens an unbound socket. It ignores connections in TIME_WAIT when it is bound, as a socket of the JDK does. */
    public static NativeSocket openSocket(SystemCalls calls, StandardProtocolFamily family) throws IOException {
        NativeSocket socket = NativeSocket.open(calls, family);
        try {
            if (!socket.isUnixDomain()) {
                socket.setOption(calls, StandardSocketOptions.SO_REUSEADDR, true);
            }
            return socket;
        } catch (IOException e) {
            socket.close(calls);
            throw e;
        }
    }

    protected final LoopGroup group() {
        return group;
    }

    /** Returns the transport of the loop. */
    protected final N transport() {
        return transport;
    }

    /** Returns the system calls for the present thread. */
    protected final SystemCalls systemCalls() {
        return transport.calls(group);
    }

    @Override
    public final int descriptor() {
        return socket.descriptor();
    }

    @Override
    public final int registration() {
        return registration;
    }

    @Override
    public final void register() throws IOException {
        registration = transport.add(this);
    }

    /**
     * Creates the channel of an accepted connection.
     *
     * @param peer the address of the peer
     * @param own the local address; null if it is not known
     * @param noDelay whether the socket has the option TCP_NODELAY
     */
    protected abstract StreamChannel adopt(NativeSocket accepted, SocketAddress peer, SocketAddress own,
            boolean noDelay);

    protected final boolean isInherited() {
        return inherited;
    }

    @Override
    protected final void listen(SocketAddress address, int backlog) throws IOException {
        if (getLocalAddress() != null) {
            throw new AlreadyBoundException();
        }
        socket.bind(systemCalls(), address);
        if (!socket.isUnixDomain()) { // each accepted connection inherits the option, which saves a call
            socket.setOption(systemCalls(), StandardSocketOptions.TCP_NODELAY, true);
        }
        socket.listen(systemCalls(), backlog < 1 ? DEFAULT_BACKLOG : backlog);
    }

    @Override
    protected final StreamChannel acceptSocket() throws IOException {
        SystemCalls calls = systemCalls();
        SocketAddress own = localOfAccepted(calls); // first: after a failure, no accepted connection is lost
        int descriptor;
        do {
            descriptor = calls.accept(socket.descriptor());
        } while (descriptor == -Errno.ECONNABORTED || descriptor == -Errno.EINTR); // the next one is in the queue
        if (descriptor == -Errno.EAGAIN) {
            return null;
        }
        if (descriptor < 0) {
            throw Errno.failure(-descriptor);
        }
        SocketAddress peer = calls.address();
        return adopt(new NativeSocket(descriptor, socket.family()), peer, own,
                !inherited && !socket.isUnixDomain());
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
    protected final void free() {
        if (!inherited) {
            socket.close(systemCalls());
        }
    }

    @Override
    public final <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        requireSupported(name);
        socket.setOption(systemCalls(), name, value);
        return this;
    }

    @Override
    public final <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        requireSupported(name);
        return socket.option(systemCalls(), name);
    }

    private void requireSupported(SocketOption<?> name) {
        if (!supportedOptions().contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return NativeOption.supportedByServers(socket.family());
    }

    @Override
    public final SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return socket.localAddress(systemCalls());
    }
}
