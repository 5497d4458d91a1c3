package io.apexproxy.api;

import java.net.SocketAddress;
import java.util.Map;

/**
 * A server to which connections are forwarded.
 *
 * <p>A backend is represented by the same object as long as it is configured. All methods return current values, can be
 * called from any thread, never block, and cost no more than a field read.
 *
 * @since 0.1
 */
public interface Backend {

    /**
     * Returns the name that logs and metrics use.
     *
     * @return the configured name, or the address as written if no name is configured; unique within the pool
     */
    String name();

    /**
     * Returns the address to connect to. If the backend has the port of the listener, this is the address for health
     * checks, and connections of clients go to another port.
     *
     * @return a resolved {@link java.net.InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress}
     */
    SocketAddress address();

    /**
     * Returns the share of connections of this backend, relative to the other backends of its pool.
     *
     * @return at least 1 for every backend that is passed to a load balancer; a reload can change it
     */
    int weight();

    /**
     * Returns the number of connections to this backend that are being opened or forwarded.
     *
     * @return zero or more; other threads can change the value at any time
     */
    int activeConnections();

    /**
     * Returns what its source reported about it, such as a zone or labels.
     *
     * @return an immutable map; empty for a backend of the configuration. The next answer of the source can change it
     * @since 0.2
     */
    default Map<String, String> attributes() {
        return Map.of();
    }

    /**
     * Returns the bytes that a health probe sends first, before those of its own protocol and before TLS: a PROXY
     * protocol header, if the backend expects one. {@link PluginContext#connect(Backend, java.time.Duration)} sends
     * them; a plugin that opens a socket itself has to send them itself.
     *
     * @param local the local address of the connected probe
     * @return the bytes, not to be modified; empty if there is nothing to send
     * @since 0.2
     */
    default byte[] preamble(SocketAddress local) {
        return new byte[0];
    }
}
