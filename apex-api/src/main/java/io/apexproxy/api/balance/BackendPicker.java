package io.apexproxy.api.balance;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;

/**
 * The selection step of a load balancer, for one set of backends.
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
}
