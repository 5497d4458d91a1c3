package io.apexproxy.runtime.engine.loop;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of a {@link StreamChannel}, and its events: the part of the channel that differs between engines.
 *
 * <p>The methods are called on the loop's thread unless they say otherwise.
 */
public abstract class StreamSocket extends LoopSocketChannel implements LoopHandle {
    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    /** The result of {@link #send} if the kernel sends the bytes later; {@code OP_WRITE} follows. */
    protected static final int PENDING = HalfChannel.MUST_WAIT;

    /** Creates the socket of a channel with this provider. */
    StreamSocket(AsynchronousChannelProvider provider) {
        super(provider);
    }

    /**
     * Starts to connect.
     *
     * @param remote an address of the socket's family
     * @return whether the connection is established; otherwise {@link #finishConnect} follows
     */
    protected abstract boolean startConnect(SocketAddress remote) throws IOException;

    /** Continues to connect after {@code OP_CONNECT}; returns whether the connection is established. */
    protected abstract boolean finishConnect() throws IOException;

    /** Receives bytes; returns their number, 0 if there are none yet, or -1 at the end of the stream. */
    protected abstract int receive(ByteBuffer target) throws IOException;

    /**
     * Sends as many bytes as the send buffer takes.
     *
     * @param source the bytes
     * @param last whether a half-close follows, if all of them are sent
     * @return the number of bytes sent, or {@link #PENDING}
     */
    protected abstract int send(ByteBuffer source, boolean last) throws IOException;

    /**
     * Requests {@link #ready} for this operation until {@link #withdraw}.
     *
     * @param operation one of {@code SelectionKey.OP_*}
     * @return whether the operation is known to be possible now, so that no event might follow
     */
    protected abstract boolean await(int operation);

    /** Returns whether the result of a pending send is known, so that the next {@link #send} costs no call. */
    protected boolean isSendComplete() {
        return false;
    }

    /** Stops the events of this operation, where the kernel repeats them. */
    protected abstract void withdraw(int operation);

    /** Returns whether {@link #await} for a read costs nothing. Then the next read waits, rather than trying first. */
    protected abstract boolean isAwaitingRead();

    /** Sets a socket option, one of {@link #supportedOptions}. From any thread. */
    protected abstract <T> void applyOption(SocketOption<T> name, T value) throws IOException;

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also for an {@code SO_LINGER} above 0, because the kernel could then block the
     *         loop in close; 0 resets the connection on close, a negative value turns the option off
     */
    @Override
    public final <T> StreamSocket setOption(SocketOption<T> name, T value) throws IOException {
        requireOpen();
        if (name == StandardSocketOptions.SO_LINGER && value instanceof Integer seconds && seconds > 0) {
            throw new IllegalArgumentException("SO_LINGER: expected 0 or less, found " + seconds);
        }
        applyOption(name, value);
        return this;
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

    /** Throws if the channel is closed; the socket stays open until the loop's next turn. From any thread. */
    protected final void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
