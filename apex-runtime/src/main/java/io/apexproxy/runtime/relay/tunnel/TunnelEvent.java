package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;

/** An event that can change the state of a tunnel. */
enum TunnelEvent {
    /** The client sent FIN, and all of its bytes were written to the backend. */
    CLIENT_FINISHED(Side.CLIENT),
    /** The backend sent FIN, and all of its bytes were written to the client. */
    BACKEND_FINISHED(Side.BACKEND),
    /** Reading from the client failed: it can neither send nor receive any more. */
    CLIENT_READ_FAILED(Side.CLIENT),
    /** Reading from the backend failed: it can neither send nor receive any more. */
    BACKEND_READ_FAILED(Side.BACKEND),
    /** Writing to the client failed. Bytes that it sent before can still arrive. */
    CLIENT_WRITE_FAILED(Side.CLIENT),
    /** Writing to the backend failed. Bytes that it sent before can still arrive. */
    BACKEND_WRITE_FAILED(Side.BACKEND),
    /** The side to be reset has acknowledged all bytes. */
    ACKNOWLEDGED,
    /** The unacknowledged bytes of the side to be reset cannot be queried. */
    ACKNOWLEDGEMENT_UNKNOWN,
    /** No byte has moved for the timeout of the state. */
    TIMED_OUT,
    /** The backend went down, and the pool closes its connections. */
    BACKEND_WENT_DOWN(Cause.BACKEND_DOWN),
    /** The backend left the pool, and the pool closes its connections. */
    BACKEND_LEFT(Cause.BACKEND_REMOVED),
    /** The connection has reached the highest age. */
    TOO_OLD(Cause.MAX_CONNECTION_AGE),
    /** The backend has more connections than its share. */
    BACKEND_OVERLOADED(Cause.REBALANCED),
    /** The backend has been in maintenance for {@code drain_timeout}. */
    BACKEND_IN_MAINTENANCE(Cause.MAINTENANCE),
    /** An operator closed the connection. */
    CLOSED_BY_OPERATOR(Cause.CLOSED_BY_OPERATOR),
    /** The drain timeout has expired. */
    DRAIN_TIMED_OUT(Cause.DRAINED),
    /** The proxy stops without draining. */
    STOPPED(Cause.SHUTDOWN),
    /** No memory could be allocated. */
    OUT_OF_MEMORY(Cause.LOCAL_FAILURE),
    /** The proxy threw an unexpected exception. */
    INTERNAL_ERROR(Cause.INTERNAL_ERROR);

    private final Side side;
    private final Cause cause;

    TunnelEvent() {
        this(null, null);
    }

    TunnelEvent(Side side) {
        this(side, null);
    }

    TunnelEvent(Cause cause) {
        this(null, cause);
    }

    TunnelEvent(Side side, Cause cause) {
        this.side = side;
        this.cause = cause;
    }

    /** Returns the side of the event; null if the event has no side. */
    Side side() {
        return side;
    }

    /** Returns the cause with which the event ends any tunnel; null if the outcome depends on the state. */
    Cause cause() {
        return cause;
    }

    static TunnelEvent finished(Side side) {
        return side == Side.CLIENT ? CLIENT_FINISHED : BACKEND_FINISHED;
    }

    static TunnelEvent readFailed(Side side) {
        return side == Side.CLIENT ? CLIENT_READ_FAILED : BACKEND_READ_FAILED;
    }

    static TunnelEvent writeFailed(Side side) {
        return side == Side.CLIENT ? CLIENT_WRITE_FAILED : BACKEND_WRITE_FAILED;
    }

    /** Returns the event that ends any tunnel with this cause. */
    static TunnelEvent ending(Cause cause) {
        for (TunnelEvent event : values()) {
            if (event.cause == cause) {
                return event;
            }
        }
        throw new IllegalArgumentException("no event ends a tunnel with " + cause);
    }
}
