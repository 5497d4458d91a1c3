package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.tls.TlsChannel;
import io.apexproxy.runtime.pool.BackendSearch;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.prologue.Prologue;
import io.apexproxy.runtime.prologue.PrologueOwner;
import io.apexproxy.runtime.protocol.proxy.ProxyHeaderEncoder;
import io.apexproxy.runtime.relay.loop.RelayLoop;

/** The prologue of an attempt: what the pool and the client require of it. On the loop's thread only. */
record AttemptPrologue(ConnectAttempt attempt) implements PrologueOwner {

    private static final byte[] NONE = {};

    /** Returns whether connections to the pool begin with an exchange. */
    static boolean isNeeded(Pool pool, boolean requestsTls) {
        return requestsTls || pool.config().proxyProtocol() != ProxyVersion.OFF || pool.tls().isPresent();
    }

    /**
     * Starts the exchange.
     *
     * @param loop the loop of the channel
     * @param channel the connected channel to the backend
     * @param backend the backend
     * @param search its pool, and the connection of the client
     * @param requestsTls whether the client has requested TLS by the SSLRequest of PostgreSQL
     */
    void begin(RelayLoop loop, LoopSocketChannel channel, BackendState backend, BackendSearch search,
            boolean requestsTls) {
        Pool pool = search.pool();
        new Prologue(this, channel, header(pool.config().proxyProtocol(), search.connection()),
                requestsTls || pool.config().requestsTls(),
                pool.tls().map(tls -> transport -> new TlsChannel(transport,
                        tls.newEngine(backend.host(), backend.port()), loop.tlsBuffers())))
                .begin();
    }

    private static byte[] header(ProxyVersion version, ConnectionInfo connection) {
        return switch (version) {
            case OFF -> NONE;
            case V1 -> ProxyHeaderEncoder.version1(connection.client(), connection.local());
            case V2 -> ProxyHeaderEncoder.version2(connection.client(), connection.local(),
                    connection.clientHello().flatMap(ClientHello::serverName), connection.tls());
        };
    }

    @Override
    public void secured(LoopSocketChannel channel) {
        attempt.replaceChannel(channel);
    }

    @Override
    public void established() {
        attempt.established();
    }

    @Override
    public void failed(Throwable cause) {
        attempt.failed(cause);
    }

    @Override
    public void failedUnexpectedly(Throwable exception) {
        attempt.failUnexpectedly(exception);
    }
}
