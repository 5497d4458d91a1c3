package io.apexproxy.runtime.relay;

import java.util.Locale;

/** Why a session ended. Each session has exactly one. */
public enum Ending {
    /** The client finished first, and everything was delivered. */
    CLIENT_CLOSED,
    /** The backend finished first, and everything was delivered. */
    BACKEND_CLOSED,
    /** The client's side broke, or it left before everything was delivered to it. */
    CLIENT_RESET,
    /** The backend's side broke, or it left before everything was delivered to it. */
    BACKEND_RESET,
    /** No byte moved in either direction for {@code idle_timeout}. */
    IDLE_TIMEOUT,
    /** One side had finished and the other did not move for {@code half_closed_timeout}. */
    HALF_CLOSED_TIMEOUT,
    /** No backend that was tried accepted the connection. */
    CONNECT_FAILED,
    /** The last backend that was tried did not answer within {@code connect_timeout}. */
    CONNECT_TIMEOUT,
    /** No backend was healthy. */
    NO_BACKEND,
    /** All backends that could have been picked had all the connections they may have. */
    BACKENDS_FULL,
    /** The backend went down and {@code on_backend_down = "close"}. */
    BACKEND_DOWN,
    /** It had not finished when {@code drain_timeout} was over. */
    DRAINED,
    /** The proxy was stopped without draining. */
    SHUTDOWN,
    /** This machine had no descriptor or no local port left for the connection to the backend. */
    LOCAL_FAILURE,
    /** A defect in the proxy; the log has the details. */
    INTERNAL_ERROR;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word for it in logs and metrics. */
    public String label() {
        return label;
    }
}
