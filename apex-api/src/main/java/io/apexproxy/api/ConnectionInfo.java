package io.apexproxy.api;

import java.net.SocketAddress;

/**
 * The properties of a client connection for which a backend is picked.
 *
 * <p>An instance is valid only during the call that it is passed to; do not keep a reference to it.
 *
 * @since 0.1
 */
public interface ConnectionInfo {

    /**
     * Returns the address of the client.
     *
     * @return an {@link java.net.InetSocketAddress}; on a listener with a Unix-domain socket, a
     *     {@link java.net.UnixDomainSocketAddress}, usually with an empty path
     */
    SocketAddress client();

    /**
     * Returns the address of Apex to which the client connected.
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
}
