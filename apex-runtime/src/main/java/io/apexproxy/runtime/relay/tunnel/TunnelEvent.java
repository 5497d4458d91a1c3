package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;

/** What can happen to a tunnel. */
enum TunnelEvent {
    /** The client sent its last byte, and all of its bytes were written to the backend. */
    CLIENT_FINISHED(Side.CLIENT),
    /** The backend sent its last byte, and all of its bytes were written to the client. */
    BACKEND_FINISHED(Side.BACKEND),
    /** Reading from the client failed: it can neither send nor receive any more. */
    CLIENT_READ_FAILED(Side.CLIENT),
    /** Reading from the backend failed: it can neither send nor receive any more. */
    BACKEND_READ_FAILED(Side.BACKEND),
    /** Writing to the client failed. What it sent before may still arrive. */
    CLIENT_WRITE_FAILED(Side.CLIENT),
    /** Writing to the backend failed. What it sent before may still arrive. */
    BACKEND_WRITE_FAILED(Side.BACKEND),
    /** The side that is to be reset has acknowledged all bytes. */
    ACKNOWLEDGED,
    /** It cannot be found out whether the side that is to be reset has acknowledged all bytes. */
    ACKNOWLEDGEMENT_UNKNOWN,
    /** Nothing has moved for the time that the state allows. */
    TIMED_OUT,
    /** The backend went down, and its connections are to be closed. */
    BACKEND_WENT_DOWN(Cause.BACKEND_DOWN),
    /** The time for draining is over. */
    DRAIN_TIMED_OUT(Cause.DRAINED),
    /** The proxy stops without draining. */
    STOPPED(Cause.SHUTDOWN),
    /** No memory was left. */
    MEMORY_FAILED(Cause.LOCAL_FAILURE),
    /** An exception that the code does not expect. */
    DEFECT_FOUND(Cause.INTERNAL_ERROR);

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

    /** The side that it happened to; null if it did not happen to one of them. */
    Side side() {
        return side;
    }

    /** The cause with which the event ends every tunnel; null if that depends on the state. */
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

    /** Returns the event that ends every tunnel with this cause. */
    static TunnelEvent ending(Cause cause) {
        for (TunnelEvent event : values()) {
            if (event.cause == cause) {
                return event;
            }
        }
        throw new IllegalArgumentException(cause + " does not end a tunnel from outside");
    }
}
