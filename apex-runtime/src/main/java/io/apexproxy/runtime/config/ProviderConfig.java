package io.apexproxy.runtime.config;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.util.List;

/**
 * The selection of a plugin, with the settings that the plugin reads.
 *
 * @param path the path of the selection, for messages: {@code pools.web.load_balancer}
 * @param provider the name of the provider
 * @param origin the origin of that name
 * @param settings the table without the keys that the runtime reads; if a plain string selects the provider, an empty
 *     table with the origin of the string
 * @param runtimeKeys the keys of the table that the runtime reads, such as {@code provider}
 */
public record ProviderConfig(
        String path, String provider, Origin origin, ConfigTree.Table settings, List<String> runtimeKeys) {

    public ProviderConfig {
        runtimeKeys = List.copyOf(runtimeKeys);
    }

    /**
     * Creates the view of the settings that the plugin reads.
     *
     * <p>When the plugin's {@code create} has returned, the caller calls {@link TreeSettings#reportUnread}. For a
     * misspelt key it suggests keys of the plugin and of the runtime. If {@code create} throws, the plugin has possibly
     * not read all of its keys. The caller then calls {@link TreeSettings#reportMisspelt}.
     *
     * @param problems collects the mistakes
     * @return a view of which no key has been read
     */
    public TreeSettings settings(Problems problems) {
        TreeSettings view = new TreeSettings(settings, path, problems);
        view.addKnown(runtimeKeys);
        return view;
    }

    /** Ignores the origin, so that a selection that only moves in the file keeps its plugin instance. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ProviderConfig that
                && path.equals(that.path) && provider.equals(that.provider) && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return provider.hashCode() * 31 + settings.hashCode();
    }

    /** Omits the settings, because they can contain secrets. */
    @Override
    public String toString() {
        return path + " " + provider;
    }
}
