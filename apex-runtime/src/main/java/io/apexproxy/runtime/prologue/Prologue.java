package io.apexproxy.runtime.prologue;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.tls.TlsChannel;
import io.apexproxy.runtime.protocol.postgres.PostgresRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.Optional;
import java.util.function.Function;

/** The first exchange of one connection to a backend. On the loop's thread only. */
public final class Prologue {

    private static final byte[] NONE = {};
    /** The answer of a PostgreSQL server that continues with TLS. */
    private static final byte AGREED = 'S';
    /** The answer of a PostgreSQL server without TLS. */
    private static final byte DECLINED = 'N';

    private static final CompletionHandler<Integer, Prologue> TRANSFERRED = new CompletionHandler<>() {
        @Override
        public void completed(Integer count, Prologue prologue) {
            prologue.guarded(() -> prologue.proceed(count));
        }

        @Override
        public void failed(Throwable cause, Prologue prologue) {
            prologue.guarded(() -> prologue.owner.failed(cause));
        }
    };

    private static final CompletionHandler<Void, Prologue> HANDSHAKE = new CompletionHandler<>() {
        @Override
        public void completed(Void nothing, Prologue prologue) {
            prologue.guarded(prologue.owner::established);
        }

        @Override
        public void failed(Throwable cause, Prologue prologue) {
            prologue.guarded(() -> prologue.owner.failed(cause));
        }
    };

    private final PrologueOwner owner;
    private final LoopSocketChannel channel;
    private final ByteBuffer request;
    private final ByteBuffer answer;
    private final Optional<Function<LoopSocketChannel, TlsChannel>> tls;

    /**
     * Creates an exchange; {@link #begin} starts it.
     *
     * @param owner receives the result
     * @param channel the connected channel to the backend
     * @param header the PROXY protocol header; empty for none
     * @param requestsTls whether the SSLRequest of PostgreSQL follows, which the backend has to accept
     * @param tls creates a channel with TLS over the connected one; empty if the connection continues without TLS, or
     *     if its user performs the handshake
     */
    public Prologue(PrologueOwner owner, LoopSocketChannel channel, byte[] header, boolean requestsTls,
            Optional<Function<LoopSocketChannel, TlsChannel>> tls) {
        byte[] sslRequest = requestsTls ? PostgresRequest.ssl() : NONE;
        this.owner = owner;
        this.channel = channel;
        this.request = ByteBuffer.allocate(header.length + sslRequest.length).put(header).put(sslRequest).flip();
        this.answer = ByteBuffer.allocate(requestsTls ? 1 : 0); // the next byte of the backend belongs to TLS
        this.tls = tls;
    }

    /** Starts the exchange. The owner is called within this call or later. */
    public void begin() {
        guarded(() -> proceed(0));
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) { // it must not reach the loop, which cannot end a connection
            owner.failedUnexpectedly(e);
        }
    }

    /** Takes the next step after a transfer; {@code count} is -1 at the end of the backend's stream. */
    private void proceed(int count) {
        if (count < 0) {
            owner.failed(new IOException("closed after SSLRequest"));
        } else if (request.hasRemaining()) {
            channel.write(request, this, TRANSFERRED);
        } else if (answer.hasRemaining()) {
            channel.read(answer, this, TRANSFERRED);
        } else if (answer.capacity() == 0 || answer.get(0) == AGREED) {
            secure();
        } else {
            owner.failed(answer.get(0) == DECLINED ? new TlsRefusedException()
                    : new IOException("unexpected answer to SSLRequest"));
        }
    }

    private void secure() {
        if (!channel.isOpen()) { // its owner has closed it meanwhile
            owner.failed(new ClosedChannelException());
        } else if (tls.isEmpty()) {
            owner.established();
        } else {
            TlsChannel secured = tls.get().apply(channel);
            owner.secured(secured);
            secured.handshake(this, HANDSHAKE);
        }
    }
}
