package io.apexproxy.api.balance;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;

/**
 * Picks from the set of backends that it was made for.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface BackendPicker {

    /**
     * Picks the backend for a connection.
     *
     * <p>Called by all event loops concurrently, once per attempt: again for the same connection when the picked
     * backend refused or is full. It must not block, not even on a contended lock: an event loop that waits stops every
     * connection on it.
     *
     * @param connection the client's connection
     * @return one of the backends that the picker was made over. Anything else, as well as an exception, is logged, and
     *     the runtime picks in turn instead
     */
    Backend pick(ConnectionInfo connection);
}
