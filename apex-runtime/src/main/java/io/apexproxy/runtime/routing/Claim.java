package io.apexproxy.runtime.routing;

/** The answer to a new connection of a client. */
public sealed interface Claim {

    /** A place that nothing counts. */
    Admitted UNCOUNTED = Uncounted.INSTANCE;

    /** The connection is within the limits. */
    sealed interface Admitted extends Claim permits Client, Uncounted {

        /** Ends the connection. The caller calls it exactly once per admitted connection, on any thread. */
        void release(long nowNanos);
    }

    /** The connection exceeds a limit and does not count. */
    enum Refused implements Claim {
        /** The client has as many connections as it may have. */
        CLIENT_LIMIT,
        /** The client opens connections faster than it may. */
        CLIENT_RATE
    }
}
