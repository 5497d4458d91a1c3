package io.apexproxy.runtime.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A stream channel of an event loop, TCP or Unix-domain.
 *
 * <p>Any thread may begin an operation, set options or close. Handlers always run on the loop's thread. There, an
 * operation that can complete at once may call its handler before the call that began it returns. {@code close} fails
 * pending operations with {@link java.nio.channels.AsynchronousCloseException}, not within the call but soon after; the
 * descriptor is freed in the loop's next turn, before tasks that the loop's thread submitted after the close.
 *
 * <p>A write that finds no room, where the one before it had enough, completes with 0. The next one waits for room. So
 * the caller learns that the peer does not keep up before it waits, and can move the rest to a smaller buffer.
 */
public abstract class LoopSocketChannel extends AsynchronousSocketChannel {

    /**
     * Creates a channel.
     *
     * @param provider of the asynchronous channel; null if there is none
     */
    protected LoopSocketChannel(AsynchronousChannelProvider provider) {
        super(provider);
    }

    /** Returns the loop that the channel belongs to. */
    public abstract Loop loop();

    /** Returns whether this is a TCP socket, and not a Unix-domain one. Any thread. */
    public abstract boolean isTcp();

    /**
     * Waits like a read that moves nothing and needs no buffer: completes with 0 when a read would find bytes, the end
     * of the stream or a failure. A connection that is idle for long thus needs no buffer. The channel has one read or
     * one such wait at a time.
     *
     * @param attachment is passed to the handler
     * @param handler is called on the loop's thread
     * @throws java.nio.channels.ReadPendingException if a read is under way
     * @throws java.nio.channels.NotYetConnectedException if the channel is not connected
     */
    public abstract <A> void awaitReadable(A attachment, CompletionHandler<Integer, ? super A> handler);

    /**
     * Withdraws a pending {@link #awaitReadable}; its handler is not called. A read that is pending stays. On the
     * loop's thread only, for operations that were begun there.
     *
     * @return whether neither a wait nor a read is pending now
     */
    public abstract boolean cancelAwait();

    /**
     * Writes like {@code write}, and half-closes the connection with the last byte: a FIN follows the data, in the same
     * segment where the engine can do that. After a write that was short the caller calls again with the rest, as with
     * {@code write}. Without remaining bytes it half-closes at once.
     *
     * @param source the last bytes of the stream
     * @param attachment is passed to the handler
     * @param handler is called on the loop's thread
     * @throws java.nio.channels.WritePendingException if a write is under way
     */
    public abstract <A> void writeLast(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler);

    /**
     * Returns whether the end of the stream is known to follow the bytes that the last read returned, so that they can
     * be passed on with {@link #writeLast}. An engine that cannot tell returns false. On the loop's thread only.
     */
    public boolean isEndKnown() {
        return false;
    }

    /** Closes the connection with a reset. Bytes that the kernel has not sent yet are discarded. Never throws. */
    public abstract void reset();

    /**
     * Returns how many of the bytes that were written the peer has not acknowledged yet; empty if the engine cannot
     * tell it at once. Costs at most a system call. On the loop's thread only.
     */
    public abstract OptionalLong unacknowledged();

    /** Closes the channel. Never throws. */
    @Override
    public abstract void close();

    /** Not supported: a thread that waits for the result could be the loop's. */
    @Override
    public final Future<Void> connect(SocketAddress remote) {
        throw new UnsupportedOperationException("connect without a handler");
    }

    /** Not supported: a thread that waits for the result could be the loop's. */
    @Override
    public final Future<Integer> read(ByteBuffer target) {
        throw new UnsupportedOperationException("read without a handler");
    }

    /** Not supported: a thread that waits for the result could be the loop's. */
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
