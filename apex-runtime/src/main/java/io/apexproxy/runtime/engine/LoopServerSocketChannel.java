package io.apexproxy.runtime.engine;

import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.Future;

/**
 * A listening channel of an event loop. What it accepts belongs to the same loop and is a {@link LoopSocketChannel}.
 */
public abstract class LoopServerSocketChannel extends AsynchronousServerSocketChannel {

    /**
     * Creates a channel.
     *
     * @param provider of the asynchronous channel; null if there is none
     */
    protected LoopServerSocketChannel(AsynchronousChannelProvider provider) {
        super(provider);
    }

    /**
     * Closes the channel after it has accepted all connections that the kernel has queued for it, so that none of them
     * is reset. Each is passed to the handler on the loop's thread; {@code failed} is called once if the queue could
     * not be emptied, for lack of descriptors for instance. A pending accept fails. Does nothing if the channel is
     * closed.
     *
     * <p>A connection that the kernel completes between the last accept and the close is reset; nothing in the system
     * calls prevents that. The address can be bound again when this returns, unless the caller is the loop.
     *
     * @param attachment is passed to the handler
     * @param handler is called on the loop's thread
     */
    public abstract <A> void closeAfterAccepting(A attachment,
            CompletionHandler<AsynchronousSocketChannel, ? super A> handler);

    /** Closes the channel; connections in its queue are reset. Never throws. */
    @Override
    public abstract void close();

    /** Not supported: a thread that waits for the result could be the loop's. */
    @Override
    public final Future<AsynchronousSocketChannel> accept() {
        throw new UnsupportedOperationException("accept without a handler");
    }
}
