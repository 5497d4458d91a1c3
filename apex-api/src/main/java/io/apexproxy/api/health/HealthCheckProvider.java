package io.apexproxy.api.health;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * Makes health checks; selected by {@code health_check = "name"} in a pool.
 *
 * @since 0.1
 */
public interface HealthCheckProvider extends Provider {

    /**
     * Creates the health check of one pool.
     *
     * <p>Called on a thread of its own while a configuration is applied. It may block, but the change waits for it;
     * after 10 seconds it is interrupted, and the configuration refused.
     *
     * @param settings the pool's {@code health_check} table; read it here, completely. The keys {@code provider},
     *     {@code interval}, {@code fast_interval}, {@code timeout}, {@code rise} and {@code fall} are the runtime's
     * @param context what the runtime lends to the instance until it is closed
     * @return a new instance, used by one pool only
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used; the configuration is then refused
     */
    HealthCheck create(Settings settings, PluginContext context);
}
