package io.apexproxy.api;

/**
 * A named factory of plugin instances, found by {@link java.util.ServiceLoader}.
 *
 * <p>The runtime obtains a provider once, through its public no-argument constructor or its public static
 * {@code provider()} method, and keeps it until the process ends. Both must do no work, because a provider that is not
 * selected must cost nothing. All methods can be called from any thread, also concurrently.
 *
 * @since 0.1
 */
public interface Provider {

    /**
     * Returns the name by which {@code config.toml} selects this provider.
     *
     * @return a constant of the form {@code [a-z][a-z0-9]*(-[a-z0-9]+)*}, unique among providers of the same kind
     */
    String name();

    /**
     * Returns one line of text for listings such as {@code apex plugins}.
     *
     * @return the purpose of the plugin, without a trailing full stop; empty by default
     */
    default String description() {
        return "";
    }
}
