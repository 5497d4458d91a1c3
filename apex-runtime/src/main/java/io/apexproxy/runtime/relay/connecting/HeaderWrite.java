package io.apexproxy.runtime.relay.connecting;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.protocol.proxy.ProxyHeaderEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.Optional;

/** The write of the PROXY protocol header with which a connection to a backend begins. */
final class HeaderWrite implements CompletionHandler<Integer, Connecting> {

    private final LoopSocketChannel channel;
    private final ByteBuffer header;

    /** Creates a write. The version is not {@link ProxyVersion#OFF}. */
    HeaderWrite(LoopSocketChannel channel, ProxyVersion version, ConnectionInfo connection) {
        this.channel = channel;
        this.header = ByteBuffer.wrap(version == ProxyVersion.V1
                ? ProxyHeaderEncoder.version1(connection.client(), connection.local())
                : ProxyHeaderEncoder.version2(connection.client(), connection.local(),
                        connection.clientHello().flatMap(ClientHello::serverName), Optional.empty()));
    }

    void begin(Connecting connecting) {
        channel.write(header, connecting, this);
    }

    @Override
    public void completed(Integer count, Connecting connecting) {
        if (header.hasRemaining()) {
            connecting.runGuarded(() -> begin(connecting));
        } else {
            connecting.runGuarded(connecting::established);
        }
    }

    @Override
    public void failed(Throwable cause, Connecting connecting) {
        connecting.runGuarded(() -> connecting.failed(cause));
    }
}
