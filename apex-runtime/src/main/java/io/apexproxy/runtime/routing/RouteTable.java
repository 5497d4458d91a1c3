package io.apexproxy.runtime.routing;

import io.apexproxy.api.ClientHello;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.config.RouteConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.protocol.tls.ServerNameMap;
import io.apexproxy.runtime.routing.RouteDecision.Reason;
import io.apexproxy.runtime.routing.RouteDecision.Refused;
import io.apexproxy.runtime.routing.RouteDecision.ToPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The routes of a listener. The first one in the order of the configuration that matches decides. Immutable.
 *
 * <p>Its time depends on the length of the server's name and on the routes with this name or without any, not on the
 * number of all routes.
 */
public final class RouteTable {

    private static final String DEFAULT = "default";
    private static final String ROUTER = "router";

    private final List<RouteConfig> routes;
    /** By the index of the route; the last one is for connections that no route matches. */
    private final List<RouteDecision> decisions = new ArrayList<>();
    /** The indices of routes with server names, ascending. */
    private final ServerNameMap<Integer> byName = new ServerNameMap<>();
    /** The indices of routes without server names, ascending. */
    private final List<Integer> withoutName = new ArrayList<>();

    /** Creates the table of the routes of a listener. */
    public RouteTable(RoutingConfig config) {
        this.routes = config.routes();
        for (int index = 0; index < routes.size(); index++) {
            add(index, routes.get(index));
        }
        decisions.add(config.pool().<RouteDecision>map(pool -> new ToPool(pool, DEFAULT, routes.size()))
                .orElse(new Refused(Reason.NO_ROUTE, "", RouteDecision.NOT_COUNTED)));
    }

    private void add(int index, RouteConfig route) {
        String text = Integer.toString(index);
        decisions.add(route.pool().<RouteDecision>map(pool -> new ToPool(pool, text, index))
                .orElse(new Refused(Reason.ROUTE, text, index)));
        if (route.serverNames().isEmpty()) {
            withoutName.add(index);
        }
        byName.add(route.serverNames(), index);
    }

    /** Returns the decision about a connection whose first bytes were read, if the routes need them. */
    public RouteDecision decide(ConnectionInfo connection) {
        Optional<ClientHello> hello = connection.clientHello();
        int first = firstOf(withoutName, connection, hello, routes.size());
        Optional<String> name = hello.flatMap(ClientHello::serverName);
        if (name.isPresent()) {
            for (List<Integer> candidates : byName.find(name.get())) {
                first = firstOf(candidates, connection, hello, first);
            }
        }
        return decisions.get(first);
    }

    /** Returns the first of some routes that matches apart from its names; {@code limit} if none before it does. */
    private int firstOf(List<Integer> candidates, ConnectionInfo connection, Optional<ClientHello> hello, int limit) {
        for (int index : candidates) {
            if (index >= limit) {
                break;
            }
            if (matches(routes.get(index), connection, hello)) {
                return index;
            }
        }
        return limit;
    }

    private static boolean matches(RouteConfig route, ConnectionInfo connection, Optional<ClientHello> hello) {
        return (hello.isPresent() ? route.tls().orElse(true) : !route.requiresTls())
                && (route.applicationProtocols().isEmpty() || !Collections.disjoint(route.applicationProtocols(),
                        hello.map(ClientHello::applicationProtocols).orElse(List.of())))
                && (route.from().isEmpty() || route.from().contains(connection.client()));
    }

    /** Returns the names of the counters: the index of each route, {@code default} and {@code router}. */
    public List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (int index = 0; index < routes.size(); index++) {
            labels.add(Integer.toString(index));
        }
        labels.add(DEFAULT);
        labels.add(ROUTER);
        return labels;
    }

    /** Returns the decision of a router for a pool. */
    ToPool byRouter(String pool) {
        return new ToPool(pool, ROUTER, routes.size() + 1);
    }

    /** Returns the refusal by a router. */
    Refused refusedByRouter(String reason) {
        return new Refused(Reason.ROUTER, reason, routes.size() + 1);
    }
}
