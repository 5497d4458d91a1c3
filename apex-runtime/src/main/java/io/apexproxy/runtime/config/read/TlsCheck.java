package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.RouteConfig;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Check for listeners and pools whose settings of TLS do not fit. The pools of a router are not known here. */
final class TlsCheck {

    private static final String POOL = "pool";

    private final TreeSettings pools;
    private final Map<String, PoolTls> tlsOfPools = new HashMap<>();

    /**
     * Creates the check.
     *
     * @param pools the table of all pools
     * @param configs the pools
     */
    TlsCheck(TreeSettings pools, List<PoolConfig> configs) {
        this.pools = pools;
        configs.forEach(pool -> pool.tls().ifPresent(tls -> tlsOfPools.put(pool.name(), tls)));
    }

    /** Records the mistakes at the pool names in the table of a listener. */
    void check(ListenerConfig listener, TreeSettings settings) {
        if (tlsOfPools.isEmpty()) {
            return;
        }
        listener.routing().pool().ifPresent(pool -> check(listener, settings, settings, pool, false));
        List<RouteConfig> routes = listener.routing().routes();
        List<ConfigTree.Table> tables =
                routes.isEmpty() ? List.of()
                        : settings.elements(RouteReader.ROUTES, "an array", ValueType.table("a table"));
        for (int index = 0; index < routes.size(); index++) {
            RouteConfig route = routes.get(index);
            TreeSettings table = settings.open(tables.get(index), settings.path(RouteReader.ROUTES, index));
            route.pool().ifPresent(pool -> check(listener, settings, table, pool, route.requiresTls()));
        }
    }

    private void check(ListenerConfig listener, TreeSettings settings, TreeSettings place, String pool,
            boolean requiresTls) {
        Optional<PoolTls> tls = Optional.ofNullable(tlsOfPools.get(pool));
        String tableOfPool = "[" + pools.path(pool) + "." + TlsValues.TABLE + "]";
        if (tls.isPresent() && listener.tls().isEmpty() && requiresTls) {
            place.problem(POOL, tableOfPool + " would encrypt the TLS of the clients again; add ["
                    + settings.path(TlsValues.TABLE) + "], or remove " + tableOfPool);
        }
        boolean terminatesRequest = listener.tls().isPresent() && listener.routing().starttls() != StartTls.OFF;
        if (tls.isPresent() && terminatesRequest && tls.get().starttls() != listener.routing().starttls()) {
            place.problem(POOL, "the backends expect a request for TLS, which the listener answers; write "
                    + TlsValues.STARTTLS + " = \"postgres\" in " + tableOfPool);
        }
    }
}
