package io.apexproxy.api;

import java.net.SocketAddress;

/**
 * A server that connections are forwarded to: a live handle, the same object as long as the backend is configured.
 *
 * <p>All methods may be called from any thread, never block, and cost no more than a field read.
 *
 * @since 0.1
 */
public interface Backend {

    /**
     * Returns the name that logs and metrics use.
     *
     * @return the configured name, or else the address as it was written; unique within its pool
     */
    String name();

    /**
     * Returns where to connect.
     *
     * @return a resolved {@link java.net.InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress}
     */
    SocketAddress address();

    /**
     * Returns this backend's share of connections in relation to the others of its pool.
     *
     * @return at least 1 for every backend that is handed to a load balancer; it may change on a reload
     */
    int weight();

    /**
     * Returns the number of connections that are being opened or forwarded at this moment.
     *
     * @return zero or more; a momentary value, as other threads change it all the time
     */
    int activeConnections();
}
