package io.apexproxy.runtime.engine.linux;

import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The registration, addresses, options and half-closes of a channel over a {@link NativeSocket}. From any thread,
 * except where stated.
 *
 * @param <N> the transport of the engine
 */
public abstract class NativeSocketChannel<N extends NativeTransport> extends StreamChannel implements NativeHandle {
    private final LoopGroup group;
    private final N transport;
    private final NativeSocket socket;
    private int registration;
    /** Null before a connect. */
    private volatile SocketAddress remote;
    /** Null until it is known. */
    private volatile SocketAddress local;
    private volatile boolean noDelay;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    /** Creates a channel; connected if the socket was accepted. */
    protected NativeSocketChannel(LoopGroup group, N transport, NativeSocket socket, boolean connected) {
        super(group, socket.isUnixDomain(), connected);
        this.group = group;
        this.transport = transport;
        this.socket = socket;
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
    public void register() throws IOException {
        registration = transport.add(this);
    }

    protected final NativeSocket socket() {
        return socket;
    }

    /** Sets the address of the peer, before the connect. */
    public final void setRemote(SocketAddress address) {
        remote = address;
    }

    /**
     * Sets what is known about an accepted connection.
     *
     * @param peer the address of the peer
     * @param own the local address; null if it is not known
     * @param isNoDelay whether the socket has the option TCP_NODELAY
     */
    public final void setAccepted(SocketAddress peer, SocketAddress own, boolean isNoDelay) {
        remote = peer;
        local = own;
        noDelay = isNoDelay;
    }

    public final boolean isInputShut() {
        return inputShut;
    }

    public final boolean isOutputShut() {
        return outputShut;
    }

    @Override
    public final AsynchronousSocketChannel bind(SocketAddress address) throws IOException {
        requireOpen();
        if (remote != null) {
            throw new ConnectionPendingException();
        }
        if (getLocalAddress() != null) {
            throw new AlreadyBoundException();
        }
        socket.bind(systemCalls(), address);
        return this;
    }

    @Override
    protected final <T> void applyOption(SocketOption<T> name, T value) throws IOException {
        boolean isNoDelay = name == StandardSocketOptions.TCP_NODELAY;
        if (!isNoDelay || !noDelay || !value.equals(true)) {
            socket.setOption(systemCalls(), name, value);
            noDelay = isNoDelay ? value.equals(true) : noDelay;
        }
    }

    @Override
    public final <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        return socket.option(systemCalls(), name);
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public final AsynchronousSocketChannel shutdownInput() throws IOException {
        requireConnected();
        if (!inputShut) {
            inputShut = true;
            socket.shutdown(systemCalls(), SystemCalls.SHUT_RD);
        }
        return this;
    }

    @Override
    public final AsynchronousSocketChannel shutdownOutput() throws IOException {
        requireConnected();
        if (!outputShut) {
            outputShut = true;
            socket.shutdown(systemCalls(), SystemCalls.SHUT_WR);
        }
        return this;
    }

    @Override
    public final SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        if (local == null && isConnected()) { // the address of another socket can change with the connect
            local = socket.localAddress(systemCalls());
            return local;
        }
        return local != null ? local : socket.localAddress(systemCalls());
    }

    @Override
    public final SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        return isConnected() ? remote : null;
    }

    private void requireConnected() throws IOException {
        requireOpen();
        if (!isConnected()) {
            throw new NotYetConnectedException();
        }
    }

    /** On the loop's thread. */
    @Override
    public final OptionalLong unacknowledged() {
        int count = isTcp() ? transport.loopCalls().unacknowledged(descriptor()) : 0;
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }

    @Override
    public void closeSocket() {
        socket.close(systemCalls());
    }
}
