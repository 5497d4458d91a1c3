package io.apexproxy.runtime.engine.tls;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that encrypts its bytes with TLS and writes them to another channel, the transport.
 *
 * <p>In contrast to other channels, only the loop's thread begins operations. The {@link #handshake} comes first. The
 * end of the peer's stream is its close_notify; a transport that ends without it fails the read. {@link #writeLast}
 * sends close_notify and FIN. {@link #close} and {@link #reset} send no close_notify: the peer detects that its stream
 * was cut. A read can complete with 0 after a record without bytes of the application.
 *
 * <p>After close_notify, a peer with TLS 1.2 gets no further bytes: writes fail, as RFC 5246, section 7.2.1, specifies.
 * With TLS 1.3 the two directions end independently.
 */
public final class TlsChannel extends OverlayChannel {

    private static final Logger LOG = LoggerFactory.getLogger("apex.engine");

    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private final RecordInput input;
    private final RecordReader reader;
    private final RecordWriter writer;
    /** Null before and after the handshake. */
    private Handshake handshake;
    private boolean released;
    /** When the handshake began, in milliseconds since the epoch. */
    private long begunMillis;

    /**
     * Creates a channel whose handshake has not begun. On the loop's thread.
     *
     * @param transport a connected channel, which belongs to the new one from now on
     * @param engine a new engine
     * @param buffers those of the transport's loop
     * @param received the bytes that were already read from the transport; they are copied
     */
    public TlsChannel(LoopSocketChannel transport, SSLEngine engine, TlsBuffers buffers, ByteBuffer received) {
        super(transport);
        this.engine = engine;
        this.buffers = buffers;
        this.input = new RecordInput(this, buffers, received);
        this.reader = new RecordReader(this, engine, buffers, input);
        this.writer = new RecordWriter(this, engine, buffers);
    }

    /** Creates a channel whose transport has no received bytes. On the loop's thread. */
    public TlsChannel(LoopSocketChannel transport, SSLEngine engine, TlsBuffers buffers) {
        this(transport, engine, buffers, ByteBuffer.allocate(0));
    }

    /**
     * Starts the handshake. If it fails, the peer gets an alert, and the caller closes the channel.
     *
     * @param attachment passed to the handler
     * @param handler called on the loop's thread; fails with an {@link javax.net.ssl.SSLException} if the peers do not
     *     agree or a certificate is not accepted
     */
    public <A> void handshake(A attachment, CompletionHandler<Void, ? super A> handler) {
        begunMillis = System.currentTimeMillis();
        handshake = new Handshake(this, engine, buffers, input, reader, writer, attachment, untyped(handler));
        handshake.begin();
    }

    /** Returns the facts of the session. Call it after the handshake. */
    public NegotiatedSession session() {
        return NegotiatedSession.of(engine);
    }

    /**
     * Returns whether the handshake has resumed a session of an earlier connection. Conscrypt cuts the time of creation
     * to full seconds; there, a session that is resumed within its first second counts as a new one.
     */
    public boolean isResumed() {
        long created = engine.getSession().getCreationTime();
        return created < begunMillis && created != begunMillis / 1000 * 1000;
    }

    /** Continues what waits for bytes of the transport, or for the writing of control records. */
    void inputArrived() {
        if (!isOpen()) {
            release(); // the loop can have closed the transport
        } else if (handshake != null) {
            handshake.proceed();
        } else {
            reader.proceed();
        }
    }

    void handshakeEnded() {
        handshake = null;
    }

    /** Returns whether control records block the reading, so that a peer cannot request more than it reads. */
    boolean mustWriteFirst() {
        return handshake == null && writer.isControlPending();
    }

    void writeControl() {
        writer.writeControl();
    }

    boolean isHandshaking() {
        return handshake != null;
    }

    @Override
    public boolean isOpen() {
        return !released && transport().isOpen();
    }

    @Override
    public boolean hasEndMark() {
        return true;
    }

    @Override
    public <A> void read(ByteBuffer target, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("a read-only buffer");
        }
        if (requireOpen(attachment, handler)) {
            reader.begin(target, attachment, untyped(handler));
        }
    }

    @Override
    public <A> void awaitReadable(A attachment, CompletionHandler<Integer, ? super A> handler) {
        if (requireOpen(attachment, handler)) {
            reader.begin(null, attachment, untyped(handler));
        }
    }

    @Override
    public boolean cancelAwait() {
        return reader.cancelAwait();
    }

    @Override
    public <A> void write(ByteBuffer source, long timeout, TimeUnit unit, A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        requireNoTimeout(timeout);
        Objects.requireNonNull(source, "source");
        if (requireOpen(attachment, handler)) {
            writer.begin(source, false, attachment, untyped(handler));
        }
    }

    @Override
    public <A> void writeLast(ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
        Objects.requireNonNull(source, "source");
        if (requireOpen(attachment, handler)) {
            writer.begin(source, true, attachment, untyped(handler));
        }
    }

    /** Returns false if the channel is closed; then the handler fails after the call has returned. */
    private <V, A> boolean requireOpen(A attachment, CompletionHandler<V, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        if (!loop().inLoop()) {
            throw new IllegalStateException("not on the loop's thread");
        }
        if (!isOpen()) {
            loop().execute(() -> untyped(handler).failed(new ClosedChannelException(), attachment));
            return false;
        }
        return true;
    }

    @Override
    public void close() {
        transport().close();
        releaseLater();
    }

    @Override
    public void reset() {
        transport().reset();
        releaseLater();
    }

    /** Fails pending operations after the current call has returned. */
    private void releaseLater() {
        try {
            loop().execute(this::release);
        } catch (RejectedExecutionException e) {
            LOG.trace("the loop has ended with its buffers", e);
        }
    }

    private void release() {
        if (released) {
            return;
        }
        released = true;
        if (handshake != null) {
            handshake.channelClosed();
        }
        reader.channelClosed();
        writer.channelClosed();
    }

    @Override
    public OptionalLong unacknowledged() {
        OptionalLong sent = transport().unacknowledged();
        return sent.isPresent() ? OptionalLong.of(sent.getAsLong() + writer.unwritten()) : sent;
    }
}
