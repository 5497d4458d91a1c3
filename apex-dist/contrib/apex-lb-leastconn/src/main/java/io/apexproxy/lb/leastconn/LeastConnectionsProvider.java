package io.apexproxy.lb.leastconn;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;

/**
 * The provider of the load balancer {@code least-connections}, which has no settings.
 *
 * @since 0.1
 */
public final class LeastConnectionsProvider implements LoadBalancerProvider {

    /** Creates the provider. */
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
