package io.apexproxy.runtime.engine;

import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.Future;

/**
 * A listening channel of an event loop. Accepted connections belong to the same loop; each is a
 * {@link LoopSocketChannel}.
 */
public abstract class LoopServerSocketChannel extends AsynchronousServerSocketChannel {

    /**
     * Creates a channel.
     *
     * @param provider the provider of the channel; null if there is none
     */
    protected LoopServerSocketChannel(AsynchronousChannelProvider provider) {
        super(provider);
    }

    /**
     * Closes the channel after it has accepted all connections in the accept queue, so that none of them is reset. Each
     * connection is passed to the handler on the loop's thread. If the queue cannot be emptied, for example because no
     * descriptor is left, {@code failed} is called once. A pending accept fails. If the channel is closed already, this
     * method does nothing.
     *
     * <p>A connection that the kernel establishes between the last accept and the close is reset; the system calls
     * offer no way to prevent that. When this method returns, the address can be bound again, unless the caller is the
     * loop.
     *
     * @param attachment passed to the handler
     * @param handler called on the loop's thread
     */
    public abstract <A> void closeAfterAccepting(A attachment,
            CompletionHandler<AsynchronousSocketChannel, ? super A> handler);

    /** Closes the channel; connections in the accept queue are reset. Never throws. */
    @Override
    public abstract void close();

    /** Not supported: the loop's thread could block while it waits for the result. */
    @Override
    public final Future<AsynchronousSocketChannel> accept() {
        throw new UnsupportedOperationException("accept without a handler");
    }
}
