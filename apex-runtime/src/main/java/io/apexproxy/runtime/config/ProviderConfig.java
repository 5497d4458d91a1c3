package io.apexproxy.runtime.config;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;

/**
 * Which plugin is selected, and the settings that are its own.
 *
 * @param path where it stands, for messages: {@code pools.web.load_balancer}
 * @param provider the name of the provider
 * @param origin the place of that name
 * @param settings the table without {@code provider} and the keys that the runtime reads itself
 */
public record ProviderConfig(String path, String provider, Origin origin, ConfigTree.Table settings) {

    /** Equal selections are served by the same plugin instance, wherever they were written. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ProviderConfig that
                && path.equals(that.path) && provider.equals(that.provider) && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return provider.hashCode() * 31 + settings.hashCode();
    }
}
