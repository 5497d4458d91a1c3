package io.apexproxy.api;

import java.net.SocketAddress;

/**
 * What is known of a client's connection before a backend was picked for it.
 *
 * <p>Valid during the call it is passed to; do not keep it.
 *
 * @since 0.1
 */
public interface ConnectionInfo {

    /**
     * Returns the client's end of the connection.
     *
     * @return an {@link java.net.InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress} if the listener is
     *     such: as a rule with an empty path
     */
    SocketAddress client();

    /**
     * Returns our end of the connection: the address that the client connected to.
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
