package io.apexproxy.runtime.engine.select;

import io.apexproxy.runtime.engine.loop.LoopGroup;
import io.apexproxy.runtime.engine.loop.ServerChannel;
import io.apexproxy.runtime.engine.loop.StreamChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A listening channel over a {@link ServerSocketChannel} that is registered with a selector. */
final class NioServerChannel extends ServerChannel {
    private final LoopGroup group;
    private final Selector selector;
    private final ServerSocketChannel socket;
    private final boolean unixDomain;
    private final boolean inherited;
    private SelectionKey key;

    NioServerChannel(LoopGroup group, Selector selector, ServerSocketChannel socket, boolean unixDomain,
            boolean inherited) {
        super(group, inherited);
        this.group = group;
        this.selector = selector;
        this.socket = socket;
        this.unixDomain = unixDomain;
        this.inherited = inherited;
    }

    static NioServerChannel inherit(LoopGroup group, Selector selector, ServerSocketChannel socket)
            throws IOException {
        if (socket.keyFor(selector) != null) { // a second registration would replace the first one
            throw new IOException("the event loop has not released the inherited socket yet");
        }
        boolean unixDomain = socket.getLocalAddress() instanceof UnixDomainSocketAddress;
        return new NioServerChannel(group, selector, socket, unixDomain, true);
    }

    @Override
    public void register() throws IOException {
        key = NioSocketChannel.register(socket, selector);
        key.attach(this);
    }

    @Override
    public boolean deregister() {
        key.cancel();
        return true;
    }

    @Override
    protected void listen(SocketAddress local, int backlog) throws IOException {
        socket.bind(local, backlog);
    }

    @Override
    protected StreamChannel acceptSocket() throws IOException {
        SocketChannel accepted = socket.accept();
        return accepted == null ? null : new NioSocketChannel(group, selector, accepted, unixDomain, true);
    }

    @Override
    protected void awaitConnection() {
        try {
            key.interestOps(SelectionKey.OP_ACCEPT);
        } catch (CancelledKeyException closedBelow) {
            startClosing();
        }
    }

    @Override
    protected void withdraw() {
        key.interestOps(0);
    }

    @Override
    protected void free() throws IOException {
        if (!inherited) {
            socket.close();
        }
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        socket.setOption(name, value);
        return this;
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
    public SocketAddress getLocalAddress() throws IOException {
        requireOpen();
        return socket.getLocalAddress();
    }
}
