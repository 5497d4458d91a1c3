package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Set;

/** A channel over another one, the transport, which has the addresses and options. */
abstract class OverlayChannel extends LoopSocketChannel {

    private final LoopSocketChannel transport;

    OverlayChannel(LoopSocketChannel transport) {
        super(null);
        this.transport = transport;
    }

    final LoopSocketChannel transport() {
        return transport;
    }

    @Override
    public Loop loop() {
        return transport.loop();
    }

    @Override
    public boolean isTcp() {
        return transport.isTcp();
    }

    @Override
    public <A> void connect(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        throw new AlreadyConnectedException();
    }

    @Override
    public AsynchronousSocketChannel bind(SocketAddress local) throws IOException {
        return transport.bind(local);
    }

    @Override
    public <T> AsynchronousSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        transport.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return transport.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return transport.supportedOptions();
    }

    /** Not supported: the end of the stream is a record, which only {@link #writeLast} writes. */
    @Override
    public AsynchronousSocketChannel shutdownInput() {
        throw new UnsupportedOperationException("shutdownInput with TLS");
    }

    /** Not supported: the end of the stream is a record, which only {@link #writeLast} writes. */
    @Override
    public AsynchronousSocketChannel shutdownOutput() {
        throw new UnsupportedOperationException("shutdownOutput with TLS");
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return transport.getLocalAddress();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return transport.getRemoteAddress();
    }
}
