package io.apexproxy.runtime.relay;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.ProxyHeader;
import io.apexproxy.api.TlsSession;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader;
import io.apexproxy.runtime.protocol.proxy.ParsedProxyHeader.Endpoints;
import io.apexproxy.runtime.relay.accept.Accepted;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses and the listener of a client's connection, for plugins and log lines.
 *
 * @param client the client's address
 * @param local the address that the client connected to
 * @param peer the address of the connected peer: the client, or the sender of the header
 * @param listener the name of the listener
 * @param proxyHeader the PROXY protocol header; empty if none was expected
 * @param clientHello the ClientHello; empty if it was not read, or the client does not begin with TLS
 * @param tls the TLS session; empty if the listener does not terminate TLS
 */
record Connection(SocketAddress client, SocketAddress local, SocketAddress peer, String listener,
        Optional<ProxyHeader> proxyHeader, Optional<ClientHello> clientHello,
        Optional<TlsSession> tls) implements ConnectionInfo {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    /**
     * Returns the description of an accepted connection.
     *
     * @throws IOException if the connection is already broken
     */
    static Connection of(Accepted accepted, String listener) throws IOException {
        // getLocalAddress() of a Unix-domain socket returns its temporary path
        SocketAddress local = accepted.listenAddress() instanceof UnixDomainSocketAddress file
                ? file : accepted.client().getLocalAddress();
        SocketAddress peer = accepted.client().getRemoteAddress();
        return new Connection(peer, local, peer, listener, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns the description with a header and its addresses, if it has any. */
    Connection with(ParsedProxyHeader header) {
        return new Connection(header.endpoints().<SocketAddress>map(Endpoints::source).orElse(client),
                header.endpoints().<SocketAddress>map(Endpoints::destination).orElse(local), peer, listener,
                Optional.of(header), clientHello, tls);
    }

    /** Returns the description with the result of reading a ClientHello. */
    Connection with(Optional<ClientHello> hello) {
        return new Connection(client, local, peer, listener, proxyHeader, hello, tls);
    }

    /** Returns the description with a TLS session. */
    Connection withTls(Optional<TlsSession> session) {
        return new Connection(client, local, peer, listener, proxyHeader, clientHello, session);
    }

    String clientText() {
        return Address.text(client);
    }

    void logAccepted() {
        if (LOG.isDebugEnabled()) {
            LOG.debug("Accepted connection from {}", clientText());
        }
    }

    /** Logs an unexpected exception that ended the session. */
    void logUnexpected(Throwable exception) {
        if (exception instanceof OutOfMemoryError) {
            LOG.error("listeners.{}: connection of {} closed: out of memory; lower buffer_memory or raise the memory"
                    + " limit of the process", listener, clientText());
        } else {
            LOG.error("listeners.{}: connection of {} closed: internal error", listener, clientText(), exception);
        }
    }
}
