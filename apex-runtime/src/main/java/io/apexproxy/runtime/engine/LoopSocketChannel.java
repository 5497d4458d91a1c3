package io.apexproxy.runtime.engine;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A stream channel of an event loop, TCP or Unix-domain.
 *
 * <p>Any thread may begin an operation, set options or close. Handlers always run on the loop's thread. If an operation
 * is begun there and can complete at once, its handler can run before the call returns. {@code close} fails pending
 * operations with {@link java.nio.channels.AsynchronousCloseException}, after the call has returned. The descriptor is
 * freed in the loop's next turn, before tasks that the loop's thread submitted after the close.
 *
 * <p>A write completes with 0 if the send buffer is full and the write before it was complete. The next write waits for
 * room. The caller thus detects a slow peer before it waits, and can move the remaining bytes to a smaller buffer.
 *
 * <p>A read can complete with 0 although the target has room, if the protocol of the channel has messages without bytes
 * of the stream.
 */
public abstract class LoopSocketChannel extends AsynchronousSocketChannel {

    /**
     * Creates a channel.
     *
     * @param provider the provider of the channel; null if there is none
     */
    protected LoopSocketChannel(AsynchronousChannelProvider provider) {
        super(provider);
    }

    /** Returns the loop that the channel belongs to. */
    public abstract Loop loop();

    /** Returns whether this is a TCP socket rather than a Unix-domain socket. Any thread. */
    public abstract boolean isTcp();

    /**
     * Waits until a read would return bytes, the end of the stream or a failure, and then completes with 0. A long idle
     * connection thus needs no buffer. At most one read or one such wait is pending at a time.
     *
     * @param attachment passed to the handler
     * @param handler called on the loop's thread
     * @throws java.nio.channels.ReadPendingException if a read or wait is pending
     * @throws java.nio.channels.NotYetConnectedException if the channel is not connected
     */
    public abstract <A> void awaitReadable(A attachment, CompletionHandler<Integer, ? super A> handler);

    /**
     * Cancels a pending {@link #awaitReadable}; its handler is not called. A pending read stays pending. On the loop's
     * thread only, and only for operations that were begun there.
     *
     * @return whether no wait and no read is pending now
     */
    public abstract boolean cancelAwait();

    /**
     * Writes like {@code write}, and half-closes the connection after the last byte. The FIN follows the data, in the
     * same segment if the engine supports that. After a short write the caller calls this method again with the
     * remaining bytes. If no bytes remain, the connection is half-closed at once.
     *
     * @param source the last bytes of the stream
     * @param attachment passed to the handler
     * @param handler called on the loop's thread
     * @throws java.nio.channels.WritePendingException if a write is pending
     */
    public abstract <A> void writeLast(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler);

    /**
     * Returns whether the end of the stream is known to follow the bytes of the last read, so that the caller can
     * forward them with {@link #writeLast}. An engine without this information returns false. On the loop's thread
     * only.
     */
    public boolean isEndKnown() {
        return false;
    }

    /**
     * Returns whether the end of the stream is a message of the protocol, which {@link #writeLast} writes. A close
     * without it tells the peer that the stream is incomplete. Any thread.
     */
    public boolean hasEndMark() {
        return false;
    }

    /**
     * Returns a splice from this channel to another. On the loop's thread only.
     *
     * @param sink a channel of the same loop
     * @return null if the kernel cannot move the bytes between these channels; not an {@code Optional}, because this is
     *     called for each long transfer
     */
    public Splice spliceTo(LoopSocketChannel sink) {
        return null;
    }

    /** Closes the connection with a reset. Bytes that the kernel has not sent yet are discarded. Never throws. */
    public abstract void reset();

    /**
     * Returns the number of written bytes that the peer has not acknowledged yet, or empty if the engine cannot
     * determine it at once. Costs at most one system call. On the loop's thread only.
     */
    public abstract OptionalLong unacknowledged();

    /** Closes the channel. Never throws. */
    @Override
    public abstract void close();

    /** Returns a handler with a type for all attachments. */
    @SuppressWarnings("unchecked") // the loop passes to each handler the attachment of the same operation
    public static <V> CompletionHandler<V, Object> untyped(CompletionHandler<V, ?> handler) {
        return (CompletionHandler<V, Object>) handler;
    }

    /** Throws if a read or write has a timeout. */
    protected static void requireNoTimeout(long timeout) {
        if (timeout > 0) {
            throw new UnsupportedOperationException("an operation with a timeout; schedule a close instead");
        }
    }

    /** Throws the exceptions that the contract of {@code connect} specifies for an unsuitable address. */
    protected final void requireReachable(SocketAddress remote) {
        Objects.requireNonNull(remote, "remote");
        if (!(isTcp() ? remote instanceof InetSocketAddress : remote instanceof UnixDomainSocketAddress)) {
            throw new UnsupportedAddressTypeException();
        }
        if (remote instanceof InetSocketAddress address && address.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
    }

    /** Not supported: the loop's thread could block while it waits for the result. */
    @Override
    public final Future<Void> connect(SocketAddress remote) {
        throw new UnsupportedOperationException("connect without a handler");
    }

    /** Not supported: the loop's thread could block while it waits for the result. */
    @Override
    public final Future<Integer> read(ByteBuffer target) {
        throw new UnsupportedOperationException("read without a handler");
    }

    /** Not supported: the loop's thread could block while it waits for the result. */
    @Override
    public final Future<Integer> write(ByteBuffer source) {
        throw new UnsupportedOperationException("write without a handler");
    }

    /** Not supported. */
    @Override
    public final <A> void read(ByteBuffer[] targets, int offset, int length, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Long, ? super A> handler) {
        throw new UnsupportedOperationException("a scattering read");
    }

    /** Not supported. */
    @Override
    public final <A> void write(ByteBuffer[] sources, int offset, int length, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Long, ? super A> handler) {
        throw new UnsupportedOperationException("a gathering write");
    }
}
