package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.log.CleanText;
import java.util.Comparator;

/**
 * A line of {@code apex plugins}: a provider that can be selected, or something in the plugins directory that cannot.
 *
 * @param kind {@code load balancer}, {@code health check} or {@code configuration source}; empty if it is not known
 * @param name the name that selects it; empty if it is not known
 * @param module {@code name@version} of its module, {@code class path} for a plugin that is none; empty if it is not
 *     known
 * @param apiVersion the version of apex-api that it was compiled against; empty if the plugin does not say
 * @param origin {@code built-in}, or the place in the plugins directory: {@code plugins/x.jar}
 * @param state whether it can be selected
 * @param cause why not, in one line; empty for what can
 * @param description what the plugin says about itself, in one line; may be empty
 */
public record PluginListing(
        String kind,
        String name,
        String module,
        String apiVersion,
        String origin,
        State state,
        String cause,
        String description) {

    /** Cleans what is of a plugin or of a file name. A name that can be selected is clean already. */
    public PluginListing {
        name = CleanText.piece(name);
        module = CleanText.piece(module);
        apiVersion = CleanText.piece(apiVersion);
        origin = CleanText.piece(origin);
        cause = CleanText.message(cause);
        description = CleanText.piece(description);
    }

    /** By kind and name; what did not load comes last. */
    static final Comparator<PluginListing> ORDER = Comparator.comparing(PluginListing::state)
            .thenComparing(PluginListing::kind)
            .thenComparing(PluginListing::name)
            .thenComparing(PluginListing::origin)
            .thenComparing(PluginListing::cause);

    /** Whether a provider can be selected. */
    public enum State {
        /** It can. */
        LOADED,
        /** It cannot; the cause says why. */
        NOT_LOADED
    }

    static PluginListing notLoaded(String origin, String cause) {
        return new PluginListing("", "", "", "", origin, State.NOT_LOADED, cause, "");
    }

    PluginListing refused(String why) {
        return new PluginListing(kind, name, module, apiVersion, origin, State.NOT_LOADED, why, description);
    }
}
