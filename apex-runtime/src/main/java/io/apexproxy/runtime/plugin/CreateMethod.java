package io.apexproxy.runtime.plugin;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * A provider's {@code create} method: {@code LoadBalancerProvider::create}.
 *
 * @param <P> the kind of provider
 * @param <T> what it makes
 */
@FunctionalInterface
public interface CreateMethod<P extends Provider, T extends AutoCloseable> {

    /**
     * Calls the provider.
     *
     * @param provider the provider
     * @param settings its part of the configuration
     * @param context what the runtime lends to the instance
     * @return the plugin
     */
    T create(P provider, Settings settings, PluginContext context);
}
