package io.apexproxy.api.source;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * A factory of backend sources, selected by {@code backends_from = { provider = "name" }} in a pool.
 *
 * @since 0.2
 */
public interface BackendSourceProvider extends Provider {

    /**
     * Creates a source, which looks for nothing before {@link BackendSource#find}.
     *
     * <p>The call has its own thread. It can block briefly, but the start or the reload waits for it. After 10 seconds
     * the runtime interrupts the call and rejects the configuration. {@code apex check} creates a source and does not
     * use it, so what can be checked without the network is checked here.
     *
     * @param settings the {@code backends_from} table without the keys of the runtime; read all of it during this call
     * @param context the services of the runtime for the instance, until it is closed
     * @return a new instance
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used
     */
    BackendSource create(Settings settings, PluginContext context);
}
