package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;

/** One of the two peers of a session. */
enum Side {
    /** There is no limit, because a client can read its response only after it has sent its request. */
    CLIENT(Cause.CLIENT_CLOSED, Cause.CLIENT_RESET, Long.MAX_VALUE),
    /** The limit is about what the kernels of two machines buffer, because a download can be endless. */
    BACKEND(Cause.BACKEND_CLOSED, Cause.BACKEND_RESET, 4 * 1024 * 1024);

    private final Cause closedCause;
    private final Cause resetCause;
    private final long maxDiscarded;

    Side(Cause closedCause, Cause resetCause, long maxDiscarded) {
        this.closedCause = closedCause;
        this.resetCause = resetCause;
        this.maxDiscarded = maxDiscarded;
    }

    Side other() {
        return this == CLIENT ? BACKEND : CLIENT;
    }

    /** Returns the cause of a session in which this side sent the first FIN. */
    Cause closedCause() {
        return closedCause;
    }

    /** Returns the cause of a session that this side reset. */
    Cause resetCause() {
        return resetCause;
    }

    /** Returns the number of bytes of this side that are discarded at most, before its stream is ended. */
    long maxDiscarded() {
        return maxDiscarded;
    }
}
