package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.relay.record.Cause;

/** An end of a session. */
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

    Cause closed() {
        return closed;
    }

    Cause reset() {
        return reset;
    }
}
