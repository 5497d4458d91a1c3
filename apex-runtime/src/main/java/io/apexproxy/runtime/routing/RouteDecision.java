package io.apexproxy.runtime.routing;

/** The decision about a connection: which pool serves it, or why it is refused. */
public sealed interface RouteDecision {

    /** The value of {@link #counter} for a decision that no counter of the listener counts. */
    int NOT_COUNTED = -1;

    /** Returns the text of the access log: the index of the route or the reason of the router; can be empty. */
    String route();

    /** Returns the index of the counter of the route, as in {@link RouteTable#labels}. */
    int counter();

    /**
     * A backend of a pool serves the connection.
     *
     * @param pool the name of the pool
     * @param route as {@link RouteDecision#route}
     * @param counter as {@link RouteDecision#counter}
     */
    record ToPool(String pool, String route, int counter) implements RouteDecision {
    }

    /**
     * The connection is refused.
     *
     * @param reason the reason for the metrics
     * @param route as {@link RouteDecision#route}
     * @param counter as {@link RouteDecision#counter}
     */
    record Refused(Reason reason, String route, int counter) implements RouteDecision {
    }

    /** The reason of a refusal. */
    enum Reason {
        /** No route matches, and the listener has no pool. */
        NO_ROUTE,
        /** A route of the listener refuses the connection. */
        ROUTE,
        /** The router refuses the connection. */
        ROUTER,
        /** The router has failed. */
        ROUTER_FAILED
    }
}
