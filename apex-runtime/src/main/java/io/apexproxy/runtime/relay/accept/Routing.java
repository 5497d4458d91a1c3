package io.apexproxy.runtime.relay.accept;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.tls.StartTls;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.relay.record.CauseCounters;
import io.apexproxy.runtime.routing.ListenerRouter;
import io.apexproxy.runtime.routing.RouteDecision;
import io.apexproxy.runtime.routing.RouteTable;
import io.apexproxy.runtime.stats.LaneCounter;
import io.apexproxy.runtime.tls.ServerTls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The routing of a listener's connections to running pools. Immutable apart from its counters; a change of the
 * configuration replaces it as a whole. Any thread.
 */
public final class Routing {

    /** The name of the counters of connections that are refused before a pool is chosen. */
    private static final String NO_POOL = "";

    private final RoutingConfig config;
    private final Optional<ListenerRouter> router;
    private final Optional<ServerTls> tls;
    private final boolean isFixed;
    private final boolean readsHello;
    private final RouteTable table;
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Target unrouted;
    private final List<String> labels;
    private final LaneCounter counters;

    /**
     * The running objects that a listener needs for its routing.
     *
     * @param pools the pools of its routes and its router, by name
     * @param router the router, if its configuration has one
     * @param tls the TLS of its clients, if its configuration has one
     */
    public record Parts(Map<String, Pool> pools, Optional<ListenerRouter> router, Optional<ServerTls> tls) {
    }

    /**
     * Creates a routing.
     *
     * @param config the configuration of the listener
     * @param parts its pools and its router
     * @param lanes the number of loops
     * @param ended returns the counters of ended connections of a pool
     * @param previous the routing before; its counters continue if the routes are the same
     */
    Routing(ListenerConfig config, Parts parts, int lanes, Function<String, CauseCounters> ended,
            Optional<Routing> previous) {
        this.config = config.routing();
        this.router = parts.router();
        this.tls = parts.tls();
        this.isFixed = this.config.isFixed();
        this.readsHello = this.config.readsHello() || router.filter(ListenerRouter::readsHello).isPresent();
        this.table = new RouteTable(this.config);
        parts.pools().forEach((name, pool) -> targets.put(name, new Target(pool, ended.apply(name))));
        String fallback = this.config.pool().orElse(NO_POOL);
        this.unrouted = Optional.ofNullable(targets.get(fallback))
                .orElseGet(() -> new Target(null, ended.apply(fallback)));
        this.labels = isFixed ? List.of() : table.labels();
        this.counters = previous.filter(before -> before.isFixed == isFixed
                && before.config.routes().equals(this.config.routes()))
                .map(before -> before.counters).orElseGet(() -> new LaneCounter(lanes, labels.size()));
    }

    /** Returns whether all connections go to {@link #unrouted}, so that no decision is needed. */
    public boolean isFixed() {
        return isFixed;
    }

    /** Returns the target without a route: the pool of the listener, or no pool. */
    public Target unrouted() {
        return unrouted;
    }

    /** Returns whether the decision or TLS needs the first bytes of the client. */
    public boolean readsHello() {
        return readsHello || tls.isPresent();
    }

    /** Returns the TLS that the listener terminates; empty: it passes all bytes on. */
    public Optional<ServerTls> tls() {
        return tls;
    }

    /** Returns the request for TLS that the listener answers. */
    public StartTls starttls() {
        return config.starttls();
    }

    /** Returns the decision about a connection, and counts its route. Called on the thread of the lane's loop. */
    public RouteDecision decide(ConnectionInfo connection, int lane) {
        RouteDecision decision = router.flatMap(plugin -> plugin.decide(connection, table, targets.keySet()))
                .orElseGet(() -> table.decide(connection));
        if (decision.counter() != RouteDecision.NOT_COUNTED) {
            counters.add(lane, decision.counter(), 1);
        }
        return decision;
    }

    /** Returns the target of a pool that {@link #decide} has returned. */
    public Target target(String pool) {
        return targets.get(pool);
    }

    /** Returns the names of the pools that can serve connections. */
    public List<String> pools() {
        return List.copyOf(targets.keySet());
    }

    /** Returns the number of connections by route, since the routes were configured; empty if there are no routes. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int index = 0; index < labels.size(); index++) {
            counts.put(labels.get(index), counters.sum(index));
        }
        return counts;
    }
}
