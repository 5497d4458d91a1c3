package io.apexproxy.api.config;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Provider;
import io.apexproxy.api.Settings;

/**
 * A factory of configuration sources, selected by {@code [config_source] provider = "name"}.
 *
 * @since 0.1
 */
public interface ConfigSourceProvider extends Provider {

    /**
     * Creates a source, which reads nothing before {@link ConfigSource#load}.
     *
     * <p>The call has its own thread. It can block briefly, but the start or the reload waits for it. After 10 seconds
     * the runtime interrupts the call and rejects the configuration.
     *
     * @param settings the {@code config_source} table; read all of it during this call
     * @param context the services of the runtime for the instance, until it is closed
     * @return a new instance
     * @throws io.apexproxy.api.ConfigException if the settings cannot be used
     */
    ConfigSource create(Settings settings, PluginContext context);
}
