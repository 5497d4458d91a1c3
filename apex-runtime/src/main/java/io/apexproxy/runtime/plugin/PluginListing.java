package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.log.CleanText;
import java.util.Comparator;

/**
 * A line of {@code apex plugins}: a provider that can be selected, or an entry of the plugins directory that was not
 * loaded.
 *
 * @param kind {@code load balancer}, {@code health check}, {@code configuration source} or {@code router}; empty if
 *     unknown
 * @param name the name of the provider in the configuration; empty if unknown
 * @param module {@code name@version} of its module, or {@code class path} without a module; empty if unknown
 * @param apiVersion the version of apex-api that it was compiled against; empty if unknown
 * @param origin {@code built-in}, or the path from the plugins directory on: {@code plugins/x.jar}
 * @param cause why it was not loaded, in one line; empty if it was loaded
 * @param description the description that the provider returns, in one line; may be empty
 */
public record PluginListing(
        String kind,
        String name,
        String module,
        String apiVersion,
        String origin,
        String cause,
        String description) {

    /** Cleans texts of plugins and file names. The name of a loaded provider is valid and does not change. */
    public PluginListing {
        name = CleanText.piece(name);
        module = CleanText.piece(module);
        apiVersion = CleanText.piece(apiVersion);
        origin = CleanText.piece(origin);
        cause = CleanText.message(cause);
        description = CleanText.piece(description);
    }

    /** Loaded providers first, then by kind and name. */
    static final Comparator<PluginListing> ORDER = Comparator.comparing((PluginListing line) -> !line.isLoaded())
            .thenComparing(PluginListing::kind)
            .thenComparing(PluginListing::name)
            .thenComparing(PluginListing::origin)
            .thenComparing(PluginListing::cause);

    /** Returns whether the provider can be selected. */
    public boolean isLoaded() {
        return cause.isEmpty();
    }

    static PluginListing notLoaded(String origin, String cause) {
        return new PluginListing("", "", "", "", origin, cause, "");
    }

    PluginListing refused(String why) {
        return new PluginListing(kind, name, module, apiVersion, origin, why, description);
    }
}
