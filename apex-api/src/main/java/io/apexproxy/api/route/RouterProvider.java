package io.apexproxy.api.route;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * A factory of routers, selected by {@code router = "name"} in a listener.
 *
 * @since 0.2
 */
public interface RouterProvider extends Provider {

    /**
     * Creates the router of one listener.
     *
     * <p>The call has its own thread. It can block briefly, but the start or the reload waits for it. After 10 seconds
     * the runtime interrupts the call and rejects the configuration.
     *
     * @param settings the listener's {@code router} table; read all of it during this call
     * @param context the services of the runtime for the instance, until it is closed
     * @return a new instance, used by one listener only
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used; the runtime then rejects the
     *     configuration
     */
    Router create(Settings settings, PluginContext context);
}
