package io.apexproxy.runtime.config;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which plugin is selected, and the settings that are its own.
 *
 * @param path where it stands, for messages: {@code pools.web.load_balancer}
 * @param provider the name of the provider
 * @param origin the place of that name
 * @param settings the table without the keys that the runtime reads itself; empty, with the place of the string, where a
 *     plain string selects the provider
 * @param runtimeKeys the keys that the runtime reads itself, such as {@code provider}
 */
public record ProviderConfig(
        String path, String provider, Origin origin, ConfigTree.Table settings, Set<String> runtimeKeys) {

    public ProviderConfig {
        runtimeKeys = Collections.unmodifiableSet(new LinkedHashSet<>(runtimeKeys)); // in order, for messages
    }

    /**
     * Makes what the plugin reads. After its {@code create} the caller calls {@link TreeSettings#reportUnread}, which
     * finds a misspelt key of the runtime as well as one of the plugin.
     *
     * @param problems where mistakes go
     * @return a view of which nothing was read yet
     */
    public TreeSettings settings(Problems problems) {
        TreeSettings view = new TreeSettings(settings, path, problems);
        view.alsoKnown(runtimeKeys);
        return view;
    }

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
