package io.apexproxy.api.route;

import io.apexproxy.api.ConnectionInfo;
import java.util.Set;

/**
 * The routing policy of one listener.
 *
 * @since 0.2
 */
@FunctionalInterface
public interface Router extends AutoCloseable {

    /**
     * Chooses the route of a connection.
     *
     * <p>All event loops call this method concurrently, once per connection, before a backend is picked. The method
     * must not block, not even on a contended lock: a blocked event loop stalls all its connections.
     *
     * @param connection the client's connection, valid only during the call
     * @return the route. If the method returns {@code null} or a pool that does not exist, or throws, the runtime logs
     *     the error and refuses the connection
     */
    Route route(ConnectionInfo connection);

    /**
     * Returns whether {@link #route} needs {@link ConnectionInfo#clientHello}. Then the listener waits for the first
     * bytes of each client, up to {@code first_bytes_timeout}. So do not request it for protocols in which the server
     * speaks first. Without the request, {@code route} must not use the hello: whether it was read depends on the
     * routes of the listener.
     *
     * <p>The runtime calls this method once, directly after {@code create} and on the same thread.
     *
     * @return {@code false} by default
     */
    default boolean readsClientHello() {
        return false;
    }

    /**
     * Returns the names of the pools that {@link #route} can return. The runtime rejects a configuration without one of
     * them, and it treats any other pool that {@code route} returns as an error.
     *
     * <p>The runtime calls this method once, directly after {@code create} and on the same thread.
     *
     * @return the names; empty by default, which permits all pools of the configuration
     */
    default Set<String> pools() {
        return Set.of();
    }

    /**
     * Releases the resources of this instance. Does nothing by default.
     *
     * <p>The runtime calls this method once, when the listener or its {@code router} table is removed or replaced. The
     * call has its own thread, which is interrupted after 3 seconds. All other calls have returned by then, except
     * calls that hang.
     */
    @Override
    default void close() {
    }
}
