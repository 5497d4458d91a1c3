package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.OptionalLong;
import java.util.Set;

/** The part of a stream channel without pending operations: addresses, options and half-closes. */
abstract class SimulatedSocket extends LoopSocketChannel {

    private final SimulatedLoop loop;
    private final SimulatedNetwork network;
    private final Endpoint endpoint;
    private final boolean unix;
    private final SocketOptions options;

    SimulatedSocket(SimulatedLoop loop, SimulatedNetwork network, Endpoint endpoint, boolean unix) {
        super(null);
        this.loop = loop;
        this.network = network;
        this.endpoint = endpoint;
        this.unix = unix;
        this.options = new SocketOptions(unix ? SocketOptions.UNIX : SocketOptions.STREAM);
    }

    /** Returns whether the channel is open and connected. */
    abstract boolean isConnected();

    final Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public final boolean isTcp() {
        return !unix;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireConnected() throws ClosedChannelException {
        requireOpen();
        if (!isConnected()) {
            throw new NotYetConnectedException();
        }
    }

    @Override
    public final SimulatedLoop loop() {
        return loop;
    }

    @Override
    public final AsynchronousSocketChannel bind(SocketAddress local) throws IOException {
        requireOpen();
        boolean anyPort = !(local instanceof InetSocketAddress internet) || internet.getPort() == 0;
        endpoint.bind(anyPort ? network.ephemeral() : local);
        return this;
    }

    @Override
    public final <T> AsynchronousSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        if (name == StandardSocketOptions.SO_LINGER && value instanceof Integer seconds && seconds > 0) {
            throw new IllegalArgumentException("SO_LINGER: expected 0 or less, found " + seconds);
        }
        options.set(name, value);
        return this;
    }

    @Override
    public final <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        return options.get(name);
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public final AsynchronousSocketChannel shutdownInput() throws IOException {
        requireConnected();
        endpoint.shutdownInput();
        return this;
    }

    @Override
    public final AsynchronousSocketChannel shutdownOutput() throws IOException {
        requireConnected();
        endpoint.shutdownOutput();
        return this;
    }

    @Override
    public final SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return endpoint.local();
    }

    @Override
    public final SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        if (!isConnected()) {
            return null;
        }
        return unix && endpoint.remote() == null ? UnixDomainSocketAddress.of("") : endpoint.remote();
    }

    @Override
    public final OptionalLong unacknowledged() {
        if (!loop.inLoop()) {
            throw new IllegalStateException("unacknowledged() on another thread than the loop's");
        }
        return isConnected() ? OptionalLong.of(endpoint.unacknowledged()) : OptionalLong.empty();
    }

    /** {@inheritDoc} If the end has arrived, the seed decides whether it is known. */
    @Override
    public final boolean isEndKnown() {
        return endpoint.isAtEnd() && loop.process().simulation().oneIn(2);
    }

    @Override
    public final void reset() {
        if (isOpen()) {
            options.set(StandardSocketOptions.SO_LINGER, unix ? -1 : 0);
            close();
        }
    }

    /** Closes or resets the socket according to its options, and frees the descriptor. */
    final void closeSocket() {
        if (options.resetsOnClose()) {
            endpoint.reset();
        } else {
            endpoint.close();
        }
        loop.process().closeDescriptor();
    }
}
