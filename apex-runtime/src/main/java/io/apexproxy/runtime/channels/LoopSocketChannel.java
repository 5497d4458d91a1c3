package io.apexproxy.runtime.channels;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A stream channel, TCP or Unix-domain, of an event loop.
 *
 * <p>Any thread may begin an operation, set options or close; handlers always run on the loop's thread. There, an
 * operation that can complete at once may call its handler before the call that began it returns. {@code close} fails
 * what is pending with {@link java.nio.channels.AsynchronousCloseException}, not within the call but soon after, and
 * the descriptor is freed in the loop's next turn, before tasks that were passed after the close. The options are those
 * of {@link SocketChannel}; with {@code SO_LINGER} at 0, close resets the connection.
 *
 * @since 0.1
 */
public abstract sealed class LoopSocketChannel extends AsynchronousSocketChannel permits SelectedSocketChannel {
    private final SocketChannel socket;

    LoopSocketChannel(AsynchronousChannelProvider provider, SocketChannel socket) {
        super(provider);
        this.socket = socket;
    }

    /** What is left to the socket is left to it from any thread; bytes and interest move on the loop's only. */
    final SocketChannel socket() {
        return socket;
    }

    /**
     * Waits like a read that moves nothing and needs no buffer: completes with 0 when a read would find bytes, the end
     * of the stream or a failure. A connection that may be idle for long thus need not hold a buffer. It takes the
     * place of a read: there is one of either at a time.
     *
     * @throws java.nio.channels.ReadPendingException if a read is under way
     * @throws java.nio.channels.NotYetConnectedException if the channel is not connected
     */
    public abstract <A> void awaitReadable(A attachment, CompletionHandler<Integer, ? super A> handler);

    @Override
    public final AsynchronousSocketChannel bind(SocketAddress local) throws IOException {
        requireOpen();
        socket.bind(local);
        return this;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also for an {@code SO_LINGER} of more than 0, with which the kernel may keep a
     *         closing thread, the loop, waiting; 0 resets the connection on close, a negative value turns it off
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

    /** The socket itself may live on until the loop's next turn. */
    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Not offered. */
    @Override
    public final Future<Void> connect(SocketAddress remote) {
        throw new UnsupportedOperationException("connect without a handler");
    }

    /** Not offered. */
    @Override
    public final Future<Integer> read(ByteBuffer target) {
        throw new UnsupportedOperationException("read without a handler");
    }

    /** Not offered. */
    @Override
    public final Future<Integer> write(ByteBuffer source) {
        throw new UnsupportedOperationException("write without a handler");
    }

    /** Not offered. */
    @Override
    public final <A> void read(ByteBuffer[] targets, int offset, int length, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Long, ? super A> handler) {
        throw new UnsupportedOperationException("a scattering read");
    }

    /** Not offered. */
    @Override
    public final <A> void write(ByteBuffer[] sources, int offset, int length, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Long, ? super A> handler) {
        throw new UnsupportedOperationException("a gathering write");
    }
}
