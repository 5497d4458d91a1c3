package io.apexproxy.runtime.relay.opening;

import io.apexproxy.api.TlsSession;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.tls.TlsChannel;
import io.apexproxy.runtime.relay.loop.Handshakes;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.record.HandshakeCounters;
import io.apexproxy.runtime.relay.record.HandshakeCounters.Result;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * The TLS handshake with a client, which begins when the limit of handshakes permits it. On the loop's thread only.
 */
public final class ClientHandshake {

    private static final CompletionHandler<Void, ClientHandshake> HANDLER = new CompletionHandler<>() {
        @Override
        public void completed(Void nothing, ClientHandshake handshake) {
            handshake.ended(handshake.channel.isResumed() ? Result.RESUMED : Result.FULL);
            handshake.opening.runGuarded(handshake.opening::secured);
        }

        @Override
        public void failed(Throwable cause, ClientHandshake handshake) {
            handshake.ended(Result.FAILED);
            handshake.opening.runGuarded(() -> handshake.opening.handshakeFailed(cause));
        }
    };

    private final RelayLoop loop;
    private final Handshakes handshakes;
    private final HandshakeCounters counters;
    private final LoopSocketChannel client;
    private final Supplier<SSLEngine> engine;
    private Opening opening;
    private ByteBuffer firstBytes;
    private boolean claimed;
    private long begunNanos;
    /** Null until the handshake begins. */
    private TlsChannel channel;

    /**
     * Creates a handshake that has not begun.
     *
     * @param loop the loop of the channel
     * @param handshakes limits the handshakes
     * @param counters counts them
     * @param client the channel of the client
     * @param engine creates the engine
     */
    public ClientHandshake(RelayLoop loop, Handshakes handshakes, HandshakeCounters counters, LoopSocketChannel client,
            Supplier<SSLEngine> engine) {
        this.loop = loop;
        this.handshakes = handshakes;
        this.counters = counters;
        this.client = client;
        this.engine = engine;
    }

    /** Begins with the bytes that were read from the client, as soon as the limit permits it. */
    void begin(Opening owner, ByteBuffer received) {
        opening = owner;
        firstBytes = received;
        handshakes.claim(loop, () -> owner.runGuarded(this::start));
    }

    private void start() {
        claimed = true;
        if (opening.hasEnded()) {
            release();
            return;
        }
        try {
            channel = new TlsChannel(client, engine.get(), loop.tlsBuffers(), firstBytes);
        } catch (Throwable e) {
            release();
            throw e;
        }
        firstBytes = null;
        begunNanos = loop.nanoTime();
        channel.handshake(this, HANDLER);
    }

    private void ended(Result result) {
        counters.add(loop.index(), result, loop.nanoTime() - begunNanos);
        release();
    }

    private void release() {
        if (claimed) {
            claimed = false;
            handshakes.release();
        }
    }

    /** Returns the channel of the client: with TLS if the handshake has begun. */
    public LoopSocketChannel channel() {
        return channel == null ? client : channel;
    }

    /** Returns the facts of the session after the handshake. */
    public Optional<TlsSession> session() {
        return Optional.ofNullable(channel).map(TlsChannel::session);
    }
}
