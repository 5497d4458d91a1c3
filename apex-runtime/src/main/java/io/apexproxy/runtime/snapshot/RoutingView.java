package io.apexproxy.runtime.snapshot;

import java.util.List;
import java.util.Map;

/**
 * The routing of a listener.
 *
 * @param pools the names of all pools that can serve its connections
 * @param routes the number of connections by route, since the routes were configured: the index of each route,
 *     "default" for connections that no route matched, and "router" for decisions of the router; empty if the listener
 *     has neither routes nor a router
 * @since 0.2
 */
public record RoutingView(List<String> pools, Map<String, Long> routes) {
}
