package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that delegates addresses, options and half-closes to a {@link SocketChannel}, from any thread. Transfers
 * and changes of interest are on the loop's thread only. The options are those of {@code SocketChannel}.
 */
abstract class NioSocketChannel extends LoopSocketChannel implements LoopHandle {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    private final SocketChannel socket;
    private SelectionKey key;
    /** The interest at the selector, in a byte to keep channels small; the loop's thread only. */
    private byte interest;

    NioSocketChannel(AsynchronousChannelProvider provider, SocketChannel socket) {
        super(provider);
        this.socket = socket;
    }

    final SocketChannel socket() {
        return socket;
    }

    @Override
    public final void registered(SelectionKey registered) {
        key = registered;
    }

    @Override
    public final SelectionKey key() {
        return key;
    }

    /**
     * Sets the interest in this operation: the selector reports readiness in every turn until {@link #withdraw}. On the
     * loop's thread only.
     */
    final void await(int operation) {
        if (!isAwaiting(operation)) {
            interest |= (byte) operation;
            try {
                key.interestOps(interest);
            } catch (CancelledKeyException closed) { // the selector is closed: pending operations must fail
                startClosing();
            }
        }
    }

    /** Returns whether the interest in this operation is set. On the loop's thread only. */
    final boolean isAwaiting(int operation) {
        return (interest & operation) != 0;
    }

    /** Removes the interest in this operation. On the loop's thread only. */
    final void withdraw(int operation) {
        if (isAwaiting(operation) && key.isValid()) {
            interest &= (byte) ~operation;
            key.interestOps(interest);
        }
    }

    @Override
    public final AsynchronousSocketChannel bind(SocketAddress local) throws IOException {
        requireOpen();
        socket.bind(local);
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also for an {@code SO_LINGER} above 0, because the kernel could then block the
     *         loop in close; 0 resets the connection on close, a negative value turns the option off
     */
    @Override
    public final <T> AsynchronousSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        if (name == StandardSocketOptions.SO_LINGER && value instanceof Integer seconds && seconds > 0) {
            throw new IllegalArgumentException("SO_LINGER: expected 0 or less, found " + seconds);
        }
        socket.setOption(name, value);
        return this;
    }

    @Override
    public final <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        return socket.getOption(name);
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public final AsynchronousSocketChannel shutdownInput() throws IOException {
        requireOpen();
        socket.shutdownInput();
        return this;
    }

    @Override
    public final AsynchronousSocketChannel shutdownOutput() throws IOException {
        requireOpen();
        socket.shutdownOutput();
        return this;
    }

    @Override
    public final SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return socket.getLocalAddress();
    }

    @Override
    public final SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        return socket.getRemoteAddress();
    }

    @Override
    public final void reset() {
        try {
            setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | UnsupportedOperationException e) { // closed or failed already, or a Unix-domain socket
            LOG.debug("connection closed without a reset", e);
        }
        close();
    }

    /**
     * Returns empty: Java has no socket option for this number. {@link io.apexproxy.runtime.engine.TcpTable} reads it
     * from the kernel at a higher cost.
     */
    @Override
    public final OptionalLong unacknowledged() {
        return OptionalLong.empty();
    }

    @Override
    public final void closeSocket() {
        try {
            socket.close();
        } catch (IOException failure) {
            LOG.debug("failed to close a socket", failure);
        }
    }

    /** Throws if the channel is closed; the socket stays open until the loop's next turn. */
    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
