package io.apexproxy.api.balance;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * A factory of load balancers, selected by {@code load_balancer = "name"} in a pool.
 *
 * @since 0.1
 */
public interface LoadBalancerProvider extends Provider {

    /**
     * Creates the load balancer of one pool.
     *
     * <p>The call has its own thread. It can block briefly, but the start or the reload waits for it. After 10 seconds
     * the runtime interrupts the call and rejects the configuration.
     *
     * @param settings the pool's {@code load_balancer} table; read all of it during this call
     * @param context the services of the runtime for the instance, until it is closed
     * @return a new instance, used by one pool only
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used; the runtime then rejects the
     *     configuration
     */
    LoadBalancer create(Settings settings, PluginContext context);
}
