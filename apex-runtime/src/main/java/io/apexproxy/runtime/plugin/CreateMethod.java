package io.apexproxy.runtime.plugin;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * The {@code create} method of a kind of provider, such as {@code LoadBalancerProvider::create}.
 *
 * @param <P> the kind of provider
 * @param <T> the type of the plugin
 */
@FunctionalInterface
public interface CreateMethod<P extends Provider, T extends AutoCloseable> {

    /**
     * Creates a plugin.
     *
     * @param provider the provider
     * @param settings the settings of the plugin in the configuration
     * @param context the services of the runtime for the plugin
     * @return the plugin
     */
    T create(P provider, Settings settings, PluginContext context);
}
