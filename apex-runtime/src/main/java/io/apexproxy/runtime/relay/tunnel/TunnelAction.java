package io.apexproxy.runtime.relay.tunnel;

/** What a tunnel is to do after an event, in the order given. */
enum TunnelAction {
    /** Half-close the connection to the client. */
    FINISH_CLIENT,
    /** Half-close the connection to the backend. */
    FINISH_BACKEND,
    /** Find out when the client has acknowledged all bytes, as it is to be reset then. */
    AWAIT_CLIENT,
    /** Find out when the backend has acknowledged all bytes, as it is to be reset then. */
    AWAIT_BACKEND,
    /** Close the connection to the client with a reset. */
    RESET_CLIENT,
    /** Close the connection to the backend with a reset. */
    RESET_BACKEND,
    /** Close both connections; {@link TunnelState#cause} is the cause. */
    END;

    static TunnelAction finish(Side side) {
        return side == Side.CLIENT ? FINISH_CLIENT : FINISH_BACKEND;
    }

    static TunnelAction await(Side side) {
        return side == Side.CLIENT ? AWAIT_CLIENT : AWAIT_BACKEND;
    }

    static TunnelAction reset(Side side) {
        return side == Side.CLIENT ? RESET_CLIENT : RESET_BACKEND;
    }
}
