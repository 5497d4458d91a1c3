package io.apexproxy.api.health;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * A factory of health checks, selected by {@code health_check = "name"} in a pool.
 *
 * @since 0.1
 */
public interface HealthCheckProvider extends Provider {

    /**
     * Creates the health check of one pool.
     *
     * <p>The call has its own thread. It can block briefly, but the start or the reload waits for it. After 10 seconds
     * the runtime interrupts the call and rejects the configuration.
     *
     * @param settings the pool's {@code health_check} table; read all of it during this call. The runtime reads the
     *     keys {@code provider}, {@code interval}, {@code fast_interval}, {@code timeout}, {@code rise} and
     *     {@code fall}
     * @param context the services of the runtime for the instance, until it is closed
     * @return a new instance, used by one pool only
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used; the runtime then rejects the
     *     configuration
     */
    HealthCheck create(Settings settings, PluginContext context);
}
