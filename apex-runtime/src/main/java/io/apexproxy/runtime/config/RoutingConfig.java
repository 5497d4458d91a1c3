package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tree.SettingGroup;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The validated settings of a listener that decide which pool serves a connection.
 *
 * @param pool the name of an existing pool, for connections without a route; empty: they are refused
 * @param routes the routes in the order of their evaluation
 * @param router the plugin that is asked before the routes; empty: none
 * @param starttls the request for TLS that the listener answers before it reads the ClientHello
 */
public record RoutingConfig(Optional<String> pool, List<RouteConfig> routes, Optional<ProviderConfig> router,
        StartTls starttls) implements SettingGroup {

    public RoutingConfig {
        routes = List.copyOf(routes);
    }

    /** Returns settings that send all connections to a pool. */
    public static RoutingConfig to(String pool) {
        return new RoutingConfig(Optional.of(pool), List.of(), Optional.empty(), StartTls.OFF);
    }

    /** Returns whether all connections go to the pool. */
    public boolean isFixed() {
        return routes.isEmpty() && router.isEmpty();
    }

    /** Returns the names of the pools in these settings. A router can choose further pools. */
    public Set<String> pools() {
        Set<String> pools = new LinkedHashSet<>();
        pool.ifPresent(pools::add);
        routes.forEach(route -> route.pool().ifPresent(pools::add));
        return pools;
    }

    /** Returns whether a route needs the first bytes of the client. */
    public boolean readsHello() {
        return routes.stream().anyMatch(RouteConfig::readsHello);
    }
}
