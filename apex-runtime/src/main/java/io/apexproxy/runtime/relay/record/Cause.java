package io.apexproxy.runtime.relay.record;

import java.util.Locale;

/** The reason why a session ended. Each session ends with exactly one cause. */
public enum Cause {
    /** The client closed first, and all bytes were delivered in both directions. */
    CLIENT_CLOSED,
    /** The backend closed first, and all bytes were delivered in both directions. */
    BACKEND_CLOSED,
    /** The connection to the client was reset or broke, or the client left before all bytes were delivered to it. */
    CLIENT_RESET,
    /** The connection to the backend was reset or broke, or the backend left before all bytes were delivered to it. */
    BACKEND_RESET,
    /** No byte moved in either direction for {@code idle_timeout}. */
    IDLE_TIMEOUT,
    /** One side had closed, and no byte moved in the other direction for {@code half_closed_timeout}. */
    HALF_CLOSED_TIMEOUT,
    /** None of the backends that were tried accepted the connection. */
    CONNECT_FAILED,
    /** The last backend that was tried did not answer within {@code connect_timeout}. */
    CONNECT_TIMEOUT,
    /** No backend was healthy, or the pool has none. */
    NO_BACKEND,
    /** All backends that could be picked had as many connections as their {@code max_connections} allows. */
    BACKENDS_FULL,
    /** The backend went down, and the pool has {@code on_backend_down = "close"}. */
    BACKEND_DOWN,
    /** The session was still open when {@code drain_timeout} expired. */
    DRAINED,
    /** The proxy was stopped without draining. */
    SHUTDOWN,
    /** The connection had passed its listener before: backends of the pools lead back to it. */
    FORWARDING_LOOP,
    /** The machine had no file descriptor, local port or memory left for the connection to the backend. */
    LOCAL_FAILURE,
    /** A defect in the proxy ended the session; the log has its stack trace. */
    INTERNAL_ERROR;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /**
     * Returns the name of the cause in the access log and the metrics, such as {@code client-closed}.
     *
     * @return lower case words, joined by hyphens
     */
    public String label() {
        return label;
    }
}
