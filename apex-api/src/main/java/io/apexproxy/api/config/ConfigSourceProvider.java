package io.apexproxy.api.config;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * Makes configuration sources; selected by {@code [config_source] provider = "name"}.
 *
 * @since 0.1
 */
public interface ConfigSourceProvider extends Provider {

    /**
     * Creates a source. Nothing is read before {@link ConfigSource#load}.
     *
     * <p>Called on a thread of its own while a configuration is applied; after 10 seconds it is interrupted, and the
     * configuration refused.
     *
     * @param settings the {@code config_source} table; read it here, completely
     * @param context what the runtime lends to the instance until it is closed
     * @return a new instance
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used
     */
    ConfigSource create(Settings settings, PluginContext context);
}
