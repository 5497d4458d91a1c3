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

    /** Creates a plugin from its settings. The context has the services of the runtime for the plugin. */
    T create(P provider, Settings settings, PluginContext context);
}
