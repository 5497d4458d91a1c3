package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.tls.TlsChannel;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.protocol.postgres.PostgresRequest;
import io.apexproxy.runtime.protocol.proxy.ProxyHeaderEncoder;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.tls.ClientTls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.Optional;

/**
 * The exchange with which a connection to a backend begins: a PROXY protocol header, a request for TLS, and the TLS
 * handshake.
 */
final class Prologue implements CompletionHandler<Integer, Connecting> {

    private static final byte[] NONE = {};
    /** The answer of a PostgreSQL server that continues with TLS. */
    private static final byte AGREED = 'S';
    /** The answer of a PostgreSQL server without TLS. */
    private static final byte DECLINED = 'N';

    private static final CompletionHandler<Void, Connecting> HANDSHAKE = new CompletionHandler<>() {
        @Override
        public void completed(Void nothing, Connecting connecting) {
            connecting.runGuarded(connecting::established);
        }

        @Override
        public void failed(Throwable cause, Connecting connecting) {
            connecting.runGuarded(() -> connecting.failed(cause));
        }
    };

    private final RelayLoop loop;
    private final LoopSocketChannel channel;
    private final BackendState backend;
    private final Optional<ClientTls> tls;
    private final ByteBuffer request;
    private final ByteBuffer answer;
    private boolean isWritten;

    /**
     * Creates an exchange; {@link #begin} starts it.
     *
     * @param loop the loop of the channel
     * @param channel the connected channel to the backend
     * @param backend the backend
     * @param search its pool, and the connection of the client
     * @param requestsTls whether the client has requested TLS by the SSLRequest of PostgreSQL
     */
    Prologue(RelayLoop loop, LoopSocketChannel channel, BackendState backend, BackendSearch search,
            boolean requestsTls) {
        PoolConfig pool = search.pool().config();
        byte[] header = header(pool.proxyProtocol(), search.connection());
        byte[] sslRequest = requestsTls || pool.requestsTls() ? PostgresRequest.ssl() : NONE;
        this.loop = loop;
        this.channel = channel;
        this.backend = backend;
        this.tls = search.pool().tls();
        this.request = ByteBuffer.allocate(header.length + sslRequest.length).put(header).put(sslRequest).flip();
        this.answer = ByteBuffer.allocate(sslRequest.length == 0 ? 0 : 1);
    }

    /** Returns whether connections to the pool begin with an exchange. */
    static boolean isNeeded(Pool pool, boolean requestsTls) {
        return requestsTls || pool.config().proxyProtocol() != ProxyVersion.OFF || pool.tls().isPresent();
    }

    private static byte[] header(ProxyVersion version, ConnectionInfo connection) {
        return switch (version) {
            case OFF -> NONE;
            case V1 -> ProxyHeaderEncoder.version1(connection.client(), connection.local());
            case V2 -> ProxyHeaderEncoder.version2(connection.client(), connection.local(),
                    connection.clientHello().flatMap(ClientHello::serverName), connection.tls());
        };
    }

    void begin(Connecting connecting) {
        if (request.hasRemaining()) {
            channel.write(request, connecting, this);
        } else {
            secure(connecting);
        }
    }

    private void secure(Connecting connecting) {
        if (tls.isEmpty() || !channel.isOpen()) { // closed by the timeout, which the stage handles
            connecting.established();
            return;
        }
        TlsChannel secured = new TlsChannel(channel, tls.get().newEngine(backend.host(), backend.port()),
                loop.tlsBuffers(), ByteBuffer.allocate(0));
        connecting.replaceChannel(secured);
        secured.handshake(connecting, HANDSHAKE);
    }

    @Override
    public void completed(Integer count, Connecting connecting) {
        connecting.runGuarded(() -> proceed(count, connecting));
    }

    private void proceed(int count, Connecting connecting) {
        if (request.hasRemaining()) {
            channel.write(request, connecting, this);
        } else if (!isWritten && answer.hasRemaining()) {
            isWritten = true;
            channel.read(answer, connecting, this);
        } else if (answer.capacity() == 0 || (count > 0 && answer.get(0) == AGREED)) {
            secure(connecting);
        } else {
            connecting.failed(count > 0 && answer.get(0) == DECLINED ? new TlsRefusedException()
                    : new IOException(count > 0 ? "unexpected answer to SSLRequest" : "closed after SSLRequest"));
        }
    }

    @Override
    public void failed(Throwable cause, Connecting connecting) {
        connecting.runGuarded(() -> connecting.failed(cause));
    }
}
