package io.apexproxy.runtime.routing;

import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.route.Route;
import io.apexproxy.api.route.Router;
import io.apexproxy.api.route.RouterProvider;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.routing.RouteDecision.Reason;
import io.apexproxy.runtime.routing.RouteDecision.Refused;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router plugin with guarded calls. A router that fails refuses the connection, because it can be an access rule. Any
 * thread.
 */
public final class ListenerRouter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");
    private static final Refused FAILED = new Refused(Reason.ROUTER_FAILED, "", RouteDecision.NOT_COUNTED);

    private final Router router;
    private final boolean readsHello;
    private final Set<String> pools;
    private final DistinctThrottle throttle = new DistinctThrottle();

    /** Creates the router of a listener by its provider. Null if the provider returns null. */
    public static ListenerRouter create(RouterProvider provider, Settings settings, PluginContext context) {
        Router router = provider.create(settings, context);
        return router == null ? null : new ListenerRouter(router);
    }

    /** Calls {@link Router#readsClientHello} and {@link Router#pools}. Closes the router if one of them fails. */
    private ListenerRouter(Router router) {
        this.router = router;
        try {
            this.readsHello = router.readsClientHello();
            this.pools = Set.copyOf(router.pools());
        } catch (Throwable e) {
            router.close();
            throw e;
        }
    }

    /** Returns whether the decision needs the first bytes of the client. */
    public boolean readsHello() {
        return readsHello;
    }

    /** Returns the names of the pools that the router can choose; empty: any. */
    public Set<String> pools() {
        return pools;
    }

    /**
     * Returns the decision about a connection; empty if the router leaves it to the routes.
     *
     * @param table the routes of the listener, for the names of the counters
     * @param running the names of the pools that the router may choose
     */
    public Optional<RouteDecision> decide(ConnectionInfo connection, RouteTable table, Set<String> running) {
        Route route;
        try {
            route = router.route(connection);
        } catch (Throwable e) { // a plugin can throw anything, including LinkageError
            if (throttle.permits("failed", e)) {
                LOG.error("listeners.{}.router: route() failed; connection refused", connection.listener(), e);
            }
            return Optional.of(FAILED);
        }
        if (route instanceof Route.ToPool toPool) {
            return Optional.of(running.contains(toPool.pool())
                    ? table.byRouter(toPool.pool())
                    : failed(connection, "pool '" + CleanText.piece(toPool.pool()) + "', which does not exist"
                            + (pools.isEmpty() ? "" : " or is not in pools()")));
        }
        if (route instanceof Route.Refuse refuse) {
            return Optional.of(table.refusedByRouter(refuse.reason()));
        }
        return route == null ? Optional.of(failed(connection, "null")) : Optional.empty();
    }

    private Refused failed(ConnectionInfo connection, String returned) {
        if (throttle.permits(returned)) {
            LOG.error("listeners.{}.router: route() returned {}; connection refused", connection.listener(), returned);
        }
        return FAILED;
    }

    @Override
    public void close() {
        router.close();
    }
}
