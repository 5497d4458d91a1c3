package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.pool.backend.BackendState;

/** The open sessions, as pools see them: a pool can end those of one of its backends. */
@FunctionalInterface
public interface OpenSessions {

    /** Why a pool ends the sessions of a backend. */
    enum EndReason {
        /** The backend went down, and the pool has {@code on_backend_down = "close"}. */
        DOWN,
        /** The backend has been in maintenance for {@code drain_timeout}. */
        MAINTENANCE
    }

    /** Ends the sessions that use a backend, asynchronously. Called on the control thread. */
    void end(BackendState backend, EndReason reason);
}
