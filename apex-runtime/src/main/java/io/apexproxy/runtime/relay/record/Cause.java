package io.apexproxy.runtime.relay.record;

import io.apexproxy.runtime.pool.sessions.OpenSessions;
import io.apexproxy.runtime.routing.AccessResult;
import io.apexproxy.runtime.routing.RouteDecision;
import java.util.Locale;

/** The reason why a session ended. Each session ends with exactly one cause. */
public enum Cause {
    /** The client closed first, and all bytes were delivered in both directions. */
    CLIENT_CLOSED,
    /** The backend closed first, and all bytes were delivered in both directions. */
    BACKEND_CLOSED,
    /** The client connection failed: by a reset, an I/O error, or a disconnect before all bytes were delivered. */
    CLIENT_RESET,
    /** The backend connection failed: by a reset, an I/O error, or a disconnect before all bytes were delivered. */
    BACKEND_RESET,
    /** No byte moved in either direction for {@code idle_timeout}. */
    IDLE_TIMEOUT,
    /** One side had closed, and no byte moved in the other direction for {@code half_closed_timeout}. */
    HALF_CLOSED_TIMEOUT,
    /** None of the backends that were tried accepted the connection. */
    CONNECT_FAILED,
    /** The last backend that was tried did not answer within {@code connect_timeout}. */
    CONNECT_TIMEOUT,
    /** The TLS handshake with the last backend that was tried failed. */
    BACKEND_TLS_FAILED,
    /** No backend was healthy, or the pool was empty. */
    NO_BACKEND,
    /** All backends in the rotation were at their {@code max_connections}. */
    BACKENDS_FULL,
    /** All backends stayed at their {@code max_connections} for {@code queue_timeout}. */
    QUEUE_TIMEOUT,
    /** All backends were at their {@code max_connections}, and {@code queue_limit} connections waited already. */
    QUEUE_FULL,
    /** The backend went down, and {@code on_backend_down} of the pool closes its connections. */
    BACKEND_DOWN,
    /** The backend left the pool, and {@code on_backend_removed} of the pool closes its connections. */
    BACKEND_REMOVED,
    /** The connection had reached the {@code max_connection_age} of its pool. */
    MAX_CONNECTION_AGE,
    /** The connection was idle, and its backend had more connections than its share: {@code rebalance}. */
    REBALANCED,
    /** The backend had been in maintenance for {@code drain_timeout}. */
    MAINTENANCE,
    /** An operator closed the connection or the connections of its backend, with {@code apex close}. */
    CLOSED_BY_OPERATOR,
    /** The session was still open when {@code drain_timeout} expired. */
    DRAINED,
    /** The proxy was stopped without draining. */
    SHUTDOWN,
    /** The connection had passed its listener before: a backend of a pool leads back to this process. */
    FORWARDING_LOOP(true),
    /** The rules of the listener do not permit the client, or its PROXY protocol header is not trusted. */
    DENIED(true),
    /** The client had as many connections as {@code per_client.max_connections}. */
    CLIENT_LIMIT(true),
    /** The client opened connections faster than {@code per_client.rate}. */
    CLIENT_RATE(true),
    /** Clients opened connections faster than the {@code rate} of the listener. */
    LISTENER_RATE(true),
    /** The connection did not begin with a valid PROXY protocol header. */
    PROXY_HEADER(true),
    /** The first bytes were not complete within {@code first_bytes_timeout}. */
    FIRST_BYTES_TIMEOUT(true),
    /** The connection began as TLS or had requested it, but did not continue with a valid ClientHello. */
    HELLO(true),
    /** The TLS handshake with the client failed. */
    TLS_FAILED(true),
    /** No route of the listener matched, and the listener has no pool. */
    NO_ROUTE(true),
    /** A route of the listener has {@code refuse = true}. */
    ROUTE_REFUSED(true),
    /** The router of the listener refused the connection. */
    ROUTER(true),
    /** The machine had no file descriptor, local port or memory left for the connection to the backend. */
    LOCAL_FAILURE,
    /** The proxy threw an unexpected exception; the log has its stack trace. */
    INTERNAL_ERROR;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final boolean isRefusal;

    Cause() {
        this(false);
    }

    Cause(boolean isRefusal) {
        this.isRefusal = isRefusal;
    }

    /** Returns the cause of a connection that access control refused. */
    public static Cause of(AccessResult.Refused reason) {
        return switch (reason) {
            case DENIED -> DENIED;
            case LISTENER_RATE -> LISTENER_RATE;
            case CLIENT_LIMIT -> CLIENT_LIMIT;
            case CLIENT_RATE -> CLIENT_RATE;
        };
    }

    /** Returns the cause of a connection that its pool has ended. */
    public static Cause of(OpenSessions.EndReason reason) {
        return switch (reason) {
            case DOWN -> BACKEND_DOWN;
            case REMOVED -> BACKEND_REMOVED;
            case REBALANCED -> REBALANCED;
            case MAINTENANCE -> MAINTENANCE;
        };
    }

    /** Returns the cause of a connection that the routing refused. */
    public static Cause of(RouteDecision.Reason reason) {
        return switch (reason) {
            case NO_ROUTE -> NO_ROUTE;
            case ROUTE -> ROUTE_REFUSED;
            case ROUTER -> ROUTER;
            case ROUTER_FAILED -> INTERNAL_ERROR;
        };
    }

    /** Returns the name of the cause in the access log and the metrics, such as {@code client-closed}. */
    public String label() {
        return label;
    }

    /** Returns whether the proxy refused the connection before it searched for a backend. */
    public boolean isRefusal() {
        return isRefusal;
    }

    /**
     * Returns whether the connection got no service, or lost it, because of the backends or the proxy. A refused
     * connection is no failure.
     */
    public boolean isFailure() {
        return !isRefusal && switch (this) {
            case CLIENT_CLOSED, BACKEND_CLOSED, CLIENT_RESET, IDLE_TIMEOUT, HALF_CLOSED_TIMEOUT, DRAINED, SHUTDOWN,
                    MAINTENANCE, CLOSED_BY_OPERATOR, BACKEND_REMOVED, MAX_CONNECTION_AGE, REBALANCED -> false;
            default -> true;
        };
    }
}
