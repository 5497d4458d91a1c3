package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.RouteConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TomlText;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reader of the settings of a listener that decide which pool serves a connection. */
final class RouteReader {

    static final String ROUTES = "routes";
    private static final String ROUTER = "router";
    private static final String SERVER_NAMES = "server_names";
    private static final String FROM = "from";
    private static final String TLS = "tls";
    private static final String POOL = "pool";
    private static final String REFUSE = "refuse";

    private static final ValueType<ServerNamePattern> SERVER_NAME = new ValueType<>(
            "a name such as \"a.example\", \"*.b.example\" or \"*\"",
            value -> ValueType.text(value).flatMap(ServerNamePattern::parse),
            value -> ValueType.text(value)
                    .map(text -> "; write it in ASCII, without a port, not as a regular expression").orElse(""));

    private final Problems problems;
    /** The names of the pools; empty if their absence is already reported. */
    private final Set<String> pools;

    RouteReader(Problems problems, Set<String> pools) {
        this.problems = problems;
        this.pools = pools;
    }

    /** Reads the settings. The result omits missing and invalid values, which are recorded as mistakes. */
    RoutingConfig read(TreeSettings listener, AccessConfig access) {
        Optional<String> pool = pool(listener);
        List<RouteConfig> routes = routes(listener, access);
        Optional<ProviderConfig> router = router(listener);
        StartTls starttls = listener.choice(TlsValues.STARTTLS, StartTls.class, StartTls.OFF);
        RoutingConfig routing = new RoutingConfig(pool, routes, router, starttls);
        boolean allRead = routes.isEmpty() != listener.has(ROUTES);
        boolean needsHello = listener.has(TlsValues.TABLE) || listener.has(ROUTER) || routing.readsHello();
        if (starttls != StartTls.OFF && allRead && !needsHello) {
            listener.problem(TlsValues.STARTTLS, "has no effect without [" + listener.path(TlsValues.TABLE)
                    + "], a router, or a route with " + SERVER_NAMES + ", " + TlsValues.ALPN + " or " + TLS
                    + "; leave it out, and the backend answers the request");
        }
        return routing;
    }

    /** Records that the pool is missing, unless something else decides. The caller has read all other keys before. */
    static void requirePool(TreeSettings listener) {
        boolean hasRoutes = listener.has(ROUTES) && !listener.isEmptyArray(ROUTES);
        if (!hasRoutes && !listener.has(ROUTER)) {
            listener.require(POOL, "the name of a pool");
        }
    }

    private Optional<ProviderConfig> router(TreeSettings listener) {
        if (!listener.has(ROUTER)) {
            return Optional.empty();
        }
        ProviderReader reader = new ProviderReader(problems);
        TreeSettings selection = reader.selectionTable(listener, ROUTER, "name");
        ProviderConfig router = reader.provider(selection, "", List.of());
        selection.require(ProviderReader.PROVIDER, "the name of a router");
        return router.provider().isEmpty() ? Optional.empty() : Optional.of(router);
    }

    private List<RouteConfig> routes(TreeSettings listener, AccessConfig access) {
        List<ConfigTree.Table> tables = listener.elements(ROUTES, "an array of tables such as [[listeners.web.routes]]",
                ValueType.table("a table such as { server_names = [\"a.example\"], pool = \"a\" }"));
        List<RouteConfig> routes = new ArrayList<>();
        for (int index = 0; index < tables.size(); index++) {
            routes.add(route(listener.open(tables.get(index), listener.path(ROUTES, index)), listener));
        }
        if (problems.isEmpty()) { // a route without its invalid conditions matches too much
            checkReachable(routes, tables, listener, access);
        }
        return routes;
    }

    private void checkReachable(List<RouteConfig> routes, List<ConfigTree.Table> tables, TreeSettings listener,
            AccessConfig access) {
        RouteCoverage coverage = new RouteCoverage(listener.has(TlsValues.TABLE));
        for (int index = 0; index < routes.size(); index++) {
            RouteConfig route = routes.get(index);
            String where = listener.path(ROUTES, index) + ": never matches, because ";
            ConfigTree.Table table = tables.get(index);
            coverage.covering(route).ifPresent(earlier -> problems.add(table.origin(),
                    where + earlier + "; remove it, or write it before them"));
            if (!route.from().isEmpty() && access.deny().covers(route.from())) {
                problems.add(table.origin(), where + "deny contains all networks of " + FROM
                        + "; remove it, or change deny");
            }
            coverage.add(route, ROUTES + "[" + index + "]");
        }
    }

    private RouteConfig route(TreeSettings table, TreeSettings listener) {
        RouteConfig route = new RouteConfig(
                conditions(table, SERVER_NAMES, "an array of names such as [\"a.example\", \"*.b.example\"]",
                        SERVER_NAME),
                conditions(table, TlsValues.ALPN, "an array of protocols such as [\"h2\"]", TlsValues.PROTOCOL),
                from(table), table.read(TLS, ValueType.BOOL), pool(table));
        boolean withoutTls = !route.tls().orElse(true);
        if (withoutTls && route.requiresTls()) {
            table.problem(TLS, "false cannot be combined with " + SERVER_NAMES + " or " + TlsValues.ALPN
                    + ", which only a client with TLS sends; remove one of them");
        } else if (withoutTls && listener.has(TlsValues.TABLE)) {
            table.problem(TLS, "never matches, because a listener with [" + listener.path(TlsValues.TABLE)
                    + "] refuses clients without TLS; remove the route");
        }
        boolean refuses = table.bool(REFUSE, false);
        if (refuses && table.has(POOL)) {
            table.problem(REFUSE, "cannot be combined with " + POOL + "; remove one of the two");
        } else if (!refuses) {
            table.require(POOL, "the name of a pool, or refuse = true");
        }
        return route;
    }

    private static NetworkSet from(TreeSettings table) {
        AccessReader.requireNetwork(table, FROM);
        return AccessReader.networks(table, FROM);
    }

    /** Reads an array that is not empty; empty if it is missing or invalid. */
    private static <T> List<T> conditions(TreeSettings table, String key, String expected, ValueType<T> type) {
        if (table.isEmptyArray(key)) {
            table.problem(key, "expected at least one element, found []; leave the key out to match all connections");
        }
        return table.elements(key, expected, type);
    }

    /** Reads the name of a pool; empty if it is missing, or does not exist, which is recorded as a mistake. */
    private Optional<String> pool(TreeSettings settings) {
        Optional<String> pool = settings.read(POOL, ValueType.string("the name of a pool"));
        if (pool.isEmpty() || pools.isEmpty() || pools.contains(pool.get())) {
            return pool;
        }
        settings.problem(POOL, "no pool '" + TomlText.plain(pool.get()) + "'" + Problems.didYouMean(pool.get(), pools)
                + "; available: " + CleanText.list(pools));
        return Optional.empty();
    }
}
