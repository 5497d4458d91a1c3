package io.apexproxy.runtime.config;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.util.List;

/**
 * Which plugin is selected, and the settings that are its own.
 *
 * @param path where it stands, for messages: {@code pools.web.load_balancer}
 * @param provider the name of the provider
 * @param origin the place of that name
 * @param settings the table without the keys that the runtime reads itself; empty, with the place of the string, where
 *     a plain string selects the provider
 * @param runtimeKeys the keys that the runtime reads itself, such as {@code provider}
 */
public record ProviderConfig(
        String path, String provider, Origin origin, ConfigTree.Table settings, List<String> runtimeKeys) {

    public ProviderConfig {
        runtimeKeys = List.copyOf(runtimeKeys);
    }

    /**
     * Makes what the plugin reads. When its {@code create} has returned, the caller calls
     * {@link TreeSettings#reportUnread}, which leads from a misspelt key to one of the runtime as well as of the
     * plugin. After an exception it is unknown what else the plugin would have read; then the caller calls
     * {@link TreeSettings#reportMisspelt}.
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

    /** Without the settings, which may be secret. */
    @Override
    public String toString() {
        return path + " " + provider;
    }
}
