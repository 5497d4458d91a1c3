package io.apexproxy.lb.roundrobin;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;

/**
 * The provider of the load balancer {@code round-robin}, which has no settings.
 *
 * @since 0.1
 */
public final class RoundRobinProvider implements LoadBalancerProvider {

    /** Creates the provider. */
    public RoundRobinProvider() {
    }

    @Override
    public String name() {
        return "round-robin";
    }

    @Override
    public String description() {
        return "every healthy backend in turn, in proportion to its weight";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        return new RoundRobin();
    }
}
