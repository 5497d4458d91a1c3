package io.apexproxy.runtime.pool.sessions;

import io.apexproxy.runtime.pool.backend.BackendState;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The open sessions, as pools see them: a pool can end those of its backends. Called on the control thread. */
public interface OpenSessions {

    /** Why a pool ends the sessions of a backend. */
    enum EndReason {
        /** The backend went down, and the pool has {@code on_backend_down}. */
        DOWN,
        /** The backend left the pool, and the pool has {@code on_backend_removed}. */
        REMOVED,
        /** The backend has been in maintenance for {@code drain_timeout}. */
        MAINTENANCE,
        /** The backend had more connections than its share, and the pool has {@code rebalance}. */
        REBALANCED
    }

    /**
     * The sessions of a backend to end, the oldest first.
     *
     * @param count the highest number of sessions
     * @param acceptedBefore the sessions were accepted before this time, as {@link System#nanoTime}
     * @param idleNanos the sessions relay, and no byte has moved in both directions for this time; 0: all sessions
     * @param reason the reason
     */
    record Selection(int count, long acceptedBefore, long idleNanos, EndReason reason) {
    }

    /** Ends all sessions that use a backend, asynchronously. */
    void end(BackendState backend, EndReason reason);

    /**
     * Ends the oldest sessions that use some backends, asynchronously.
     *
     * @param selections the sessions to end, by backend
     * @param nowNanos the time, as {@link System#nanoTime}
     * @return the number of ended sessions, on any thread; never complete while a loop is blocked
     */
    CompletionStage<Integer> endOldest(Map<BackendState, Selection> selections, long nowNanos);

    /** Applies a changed {@code max_connection_age} to all sessions, asynchronously. */
    void updateDeadlines();
}
