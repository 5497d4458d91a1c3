package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.Optional;

/**
 * A condition for sessions; each part that is present has to match.
 *
 * @param listener the name of the listener
 * @param pool the name of the pool
 * @param backend the name of the backend that is connected or tried
 * @param client the networks of the client
 */
public record SessionFilter(Optional<String> listener, Optional<String> pool, Optional<String> backend,
        Optional<NetworkSet> client) {

    /** The filter that all sessions match. */
    public static final SessionFilter ALL =
            new SessionFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Returns this filter for one pool. */
    public SessionFilter withPool(String name) {
        return new SessionFilter(listener, Optional.of(name), backend, client);
    }

    /** Returns this filter for backends of this name. */
    public SessionFilter withBackend(String name) {
        return new SessionFilter(listener, pool, Optional.of(name), client);
    }

    boolean matches(Session session) {
        return (listener.isEmpty() || listener.get().equals(session.listener().name()))
                && (pool.isEmpty() || pool.get().equals(poolName(session)))
                && (backend.isEmpty() || backend.get().equals(backendName(session)))
                && (client.isEmpty() || client.get().contains(session.client().connection().client()));
    }

    static String poolName(Session session) {
        Pool target = session.client().target().pool();
        return target == null ? "" : target.name();
    }

    static String backendName(Session session) {
        BackendState state = session.backend();
        return state == null ? "" : state.name();
    }
}
