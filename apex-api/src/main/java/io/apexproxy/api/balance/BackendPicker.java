package io.apexproxy.api.balance;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;

/**
 * The selection step of a load balancer, for one set of backends.
 *
 * <p>The other methods are reports about connections, from which a load balancer can learn. They do nothing by default.
 * The runtime determines once for each picker which of them its class overrides; the others cost nothing.
 *
 * <p>The reports of a connection go to the present picker of the pool, which is not always the one that picked. The
 * backend can be one for which this picker was not created: it has left the set, it is a backup, or round-robin has
 * chosen it because the picked one was full. A picker ignores backends that it does not know. A report is missing while
 * round-robin replaces a load balancer that fails, and the new load balancer of a reload gets reports of connections
 * that it has not picked. So {@link Backend#activeConnections()} is the number of connections, not a count of reports.
 *
 * <p>All event loops report concurrently. The rules of {@link #pick} apply: a report must not block, and an exception
 * is logged and affects no connection.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface BackendPicker {

    /**
     * Picks the backend for a connection.
     *
     * <p>All event loops call this method concurrently, once per attempt. There is a further attempt for the same
     * connection if the picked backend refuses it or is full. The method must not block, not even on a contended lock:
     * a blocked event loop stalls all its connections.
     *
     * @param connection the client's connection
     * @return one of the backends for which the picker was created. If the method returns anything else or throws, the
     *     runtime logs the error and picks the next backend round-robin
     */
    Backend pick(ConnectionInfo connection);

    /**
     * Reports that a backend has accepted a connection. No byte has been forwarded yet. With {@code early_close}, the
     * report follows the wait for the first byte.
     *
     * @param backend the backend
     * @param connection the client's connection
     * @param nanos the duration of the connect, with the PROXY protocol header and the TLS handshake of the pool
     * @since 0.2
     */
    default void connected(Backend backend, ConnectionInfo connection, long nanos) {
    }

    /**
     * Reports that a connect to a backend has failed, or that the backend has ended the connection within
     * {@code early_close}. Another backend is picked next, if there is one. Failures without a fault of the backend are
     * not reported, such as a lack of descriptors or a client that disconnects.
     *
     * @param backend the backend
     * @param connection the client's connection
     * @param nanos the time since the start of the connect
     * @since 0.2
     */
    default void failed(Backend backend, ConnectionInfo connection, long nanos) {
    }

    /**
     * Reports the first bytes that a backend sends on a connection.
     *
     * @param backend the backend
     * @param connection the client's connection
     * @param nanos the time for which the backend let the client wait: since the first bytes of the client, or since
     *     the connect if the backend speaks first
     * @since 0.2
     */
    default void firstByte(Backend backend, ConnectionInfo connection, long nanos) {
    }

    /**
     * Reports the end of a connection that was {@link #connected}. {@link Backend#activeConnections()} no longer counts
     * it.
     *
     * @param backend the backend
     * @param connection the client's connection
     * @param nanos the time since the connect
     * @param bytesFromClient the number of bytes received from the client
     * @param bytesFromBackend the number of bytes received from the backend; 0 if there was no {@link #firstByte}
     * @since 0.2
     */
    default void closed(Backend backend, ConnectionInfo connection, long nanos, long bytesFromClient,
            long bytesFromBackend) {
    }
}
