package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;

/** An end of a connection. */
enum Side {
    CLIENT(Cause.CLIENT_CLOSED, Cause.CLIENT_RESET),
    BACKEND(Cause.BACKEND_CLOSED, Cause.BACKEND_RESET);

    private final Cause closed;
    private final Cause reset;

    Side(Cause closed, Cause reset) {
        this.closed = closed;
        this.reset = reset;
    }

    Side other() {
        return this == CLIENT ? BACKEND : CLIENT;
    }

    /** The cause of a connection that this side finished first. */
    Cause closed() {
        return closed;
    }

    /** The cause of a connection that this side reset. */
    Cause reset() {
        return reset;
    }
}
