package io.apexproxy.runtime.relay.tunnel;

/** An action of a tunnel after an event. A tunnel executes the actions of a step in their order. */
enum TunnelAction {
    /** Half-closes the connection to the client. */
    HALF_CLOSE_CLIENT,
    /** Half-closes the connection to the backend. */
    HALF_CLOSE_BACKEND,
    /** Waits until the client has acknowledged all bytes, before it is reset. */
    AWAIT_CLIENT,
    /** Waits until the backend has acknowledged all bytes, before it is reset. */
    AWAIT_BACKEND,
    /** Closes the connection to the client with a RST. */
    RESET_CLIENT,
    /** Closes the connection to the backend with a RST. */
    RESET_BACKEND,
    /** Closes both connections; {@link TunnelState#cause} is the cause. */
    END;

    static TunnelAction halfClose(Side side) {
        return side == Side.CLIENT ? HALF_CLOSE_CLIENT : HALF_CLOSE_BACKEND;
    }

    static TunnelAction await(Side side) {
        return side == Side.CLIENT ? AWAIT_CLIENT : AWAIT_BACKEND;
    }

    static TunnelAction reset(Side side) {
        return side == Side.CLIENT ? RESET_CLIENT : RESET_BACKEND;
    }
}
