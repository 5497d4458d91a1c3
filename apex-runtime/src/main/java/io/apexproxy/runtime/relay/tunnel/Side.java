package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;

/** One of the two peers of a session. */
enum Side {
    CLIENT(Cause.CLIENT_CLOSED, Cause.CLIENT_RESET),
    BACKEND(Cause.BACKEND_CLOSED, Cause.BACKEND_RESET);

    private final Cause closedCause;
    private final Cause resetCause;

    Side(Cause closedCause, Cause resetCause) {
        this.closedCause = closedCause;
        this.resetCause = resetCause;
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
}
