package io.apexproxy.api;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * The properties of a client connection for which a backend is picked.
 *
 * <p>An instance is valid only during the call that it is passed to; do not keep a reference to it.
 *
 * @since 0.1
 */
public interface ConnectionInfo {

    /**
     * Returns the address of the client. If the connection began with a PROXY protocol header, this is the address that
     * the header claims.
     *
     * @return an {@link java.net.InetSocketAddress}; on a listener with a Unix-domain socket, a
     *     {@link java.net.UnixDomainSocketAddress}, usually with an empty path
     */
    SocketAddress client();

    /**
     * Returns the address to which the client connected: an address of Apex, or the one that a PROXY protocol header
     * claims.
     *
     * @return an {@link java.net.InetSocketAddress}, or the {@link java.net.UnixDomainSocketAddress} of the listener
     */
    SocketAddress local();

    /**
     * Returns the name of the listener that accepted the connection.
     *
     * @return the name in the configuration, {@code web} for {@code [listeners.web]}
     */
    String listener();

    /**
     * Returns the address of the connected peer: the client, or the proxy that sent the PROXY protocol header.
     *
     * @return as {@link #client}
     * @since 0.2
     */
    default SocketAddress peer() {
        return client();
    }

    /**
     * Returns the PROXY protocol header with which the connection began.
     *
     * @return empty if the listener expects no header from this peer
     * @since 0.2
     */
    default Optional<ProxyHeader> proxyHeader() {
        return Optional.empty();
    }

    /**
     * Returns the first message of a TLS client.
     *
     * @return empty if the listener does not read it, or the client does not begin with TLS
     * @since 0.2
     */
    default Optional<ClientHello> clientHello() {
        return Optional.empty();
    }

    /**
     * Returns the TLS session of the client.
     *
     * @return empty if the listener does not terminate TLS
     * @since 0.2
     */
    default Optional<TlsSession> tls() {
        return Optional.empty();
    }
}
