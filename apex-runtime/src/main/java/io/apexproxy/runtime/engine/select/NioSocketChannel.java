package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream channel over a {@link SocketChannel} that is registered with a selector. Addresses, options and half-closes
 * are from any thread. The options are those of {@code SocketChannel}.
 */
final class NioSocketChannel extends StreamChannel {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    private final Selector selector;
    private final SocketChannel socket;
    private SelectionKey key;
    /** The interest at the selector, in a byte to keep channels small; the loop's thread only. */
    private byte interest;

    NioSocketChannel(LoopGroup group, Selector selector, SocketChannel socket, boolean unixDomain, boolean connected) {
        super(group, unixDomain, connected);
        this.selector = selector;
        this.socket = socket;
    }

    /** Registers a socket without interest. */
    static SelectionKey register(SelectableChannel socket, Selector selector) throws IOException {
        try {
            socket.configureBlocking(false);
            return socket.register(selector, 0);
        } catch (ClosedSelectorException terminated) {
            throw new ShutdownChannelGroupException();
        }
    }

    @Override
    public void register() throws IOException {
        key = register(socket, selector);
        key.attach(this); // after the key is set: from now on, a shutdown of the group can close the channel
    }

    /**
     * Cancels the key before the socket is closed. In the other order the JDK shuts the socket down until the selector
     * has deregistered it, which costs two more system calls.
     */
    @Override
    public boolean deregister() {
        key.cancel();
        return true;
    }

    @Override
    protected boolean startConnect(SocketAddress remote) throws IOException {
        if (socket.connect(remote) || (isLoopback(remote) && socket.finishConnect())) {
            return true;
        }
        if (!isTcp()) { // EAGAIN: no event follows when the accept queue has room
            throw new SocketException("Resource temporarily unavailable");
        }
        return false;
    }

    /**
     * Returns whether the connect uses the loopback interface. There, Linux returns "in progress" although the
     * connection is established when the call returns. A second call costs less than {@code epoll_ctl} and a turn.
     */
    private static boolean isLoopback(SocketAddress remote) {
        return remote instanceof InetSocketAddress address && address.getAddress().isLoopbackAddress();
    }

    @Override
    protected boolean finishConnect() throws IOException {
        return socket.finishConnect();
    }

    @Override
    protected int receive(ByteBuffer target) throws IOException {
        return socket.read(target);
    }

    @Override
    protected int send(ByteBuffer source, boolean last) throws IOException {
        int written = last && !source.hasRemaining() ? 0 : sendUnlessShutDown(source);
        if (last && !source.hasRemaining()) {
            socket.shutdownOutput();
        }
        return written;
    }

    private int sendUnlessShutDown(ByteBuffer source) throws IOException {
        try {
            return socket.write(source);
        } catch (AsynchronousCloseException outputIsShutDown) {
            // No other thread closes a socket during a write; SocketChannel throws this after shutdownOutput.
            throw new ClosedChannelException();
        }
    }

    /** Sets the interest in this operation; returns false, because the selector reports it in every turn from now. */
    @Override
    protected boolean await(int operation) {
        if ((interest & operation) == 0) {
            interest |= (byte) operation;
            try {
                key.interestOps(interest);
            } catch (CancelledKeyException closed) { // the selector is closed: pending operations must fail
                startClosing();
            }
        }
        return false;
    }

    @Override
    protected void withdraw(int operation) {
        if ((interest & operation) != 0 && key.isValid()) {
            interest &= (byte) ~operation;
            key.interestOps(interest);
        }
    }

    /** Returns whether the interest is set: then the selector reports the next bytes. */
    @Override
    protected boolean isAwaitingRead() {
        return (interest & SelectionKey.OP_READ) != 0;
    }

    @Override
    public AsynchronousSocketChannel bind(SocketAddress local) throws IOException {
        requireOpen();
        socket.bind(local);
        return this;
    }

    @Override
    protected <T> void applyOption(SocketOption<T> name, T value) throws IOException {
        socket.setOption(name, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        requireOpen();
        return socket.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public AsynchronousSocketChannel shutdownInput() throws IOException {
        requireOpen();
        socket.shutdownInput();
        return this;
    }

    @Override
    public AsynchronousSocketChannel shutdownOutput() throws IOException {
        requireOpen();
        socket.shutdownOutput();
        return this;
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return socket.getLocalAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        requireOpen();
        return socket.getRemoteAddress();
    }

    /**
     * Returns empty: Java has no socket option for this number. {@link io.apexproxy.runtime.engine.TcpTable} reads it
     * from the kernel at a higher cost.
     */
    @Override
    public OptionalLong unacknowledged() {
        return OptionalLong.empty();
    }

    @Override
    public void closeSocket() {
        try {
            socket.close();
        } catch (IOException failure) {
            LOG.debug("failed to close a socket", failure);
        }
    }
}
