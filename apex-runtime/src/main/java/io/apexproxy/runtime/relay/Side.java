package io.apexproxy.runtime.relay;

/** An end of a session. */
enum Side {
    CLIENT(Ending.CLIENT_CLOSED, Ending.CLIENT_RESET),
    BACKEND(Ending.BACKEND_CLOSED, Ending.BACKEND_RESET);

    private final Ending closed;
    private final Ending reset;

    Side(Ending closed, Ending reset) {
        this.closed = closed;
        this.reset = reset;
    }

    Side other() {
        return this == CLIENT ? BACKEND : CLIENT;
    }

    Ending closed() {
        return closed;
    }

    Ending reset() {
        return reset;
    }
}
