package io.apexproxy.lb.leastconn;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;

/**
 * Provides the load balancer {@code least-connections}. It has no settings.
 *
 * @since 0.1
 */
public final class LeastConnectionsProvider implements LoadBalancerProvider {

    /** Called by the runtime, through {@link java.util.ServiceLoader}. */
    public LeastConnectionsProvider() {
    }

    @Override
    public String name() {
        return "least-connections";
    }

    @Override
    public String description() {
        return "the backend with the fewest connections in proportion to its weight";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        return new LeastConnections();
    }
}
