package io.apexproxy.api.balance;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * Makes load balancers; selected by {@code load_balancer = "name"} in a pool.
 *
 * @since 0.1
 */
public interface LoadBalancerProvider extends Provider {

    /**
     * Creates the load balancer of one pool.
     *
     * <p>Called on a thread of its own while a configuration is applied. It may block, but the change waits for it;
     * after 10 seconds it is interrupted, and the configuration refused.
     *
     * @param settings the pool's {@code load_balancer} table; read it here, completely
     * @param context what the runtime lends to the instance until it is closed
     * @return a new instance, used by one pool only
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used; the configuration is then refused
     */
    LoadBalancer create(Settings settings, PluginContext context);
}
