package io.apexproxy.api;

/**
 * The entry point of a plugin, found by {@link java.util.ServiceLoader}: a factory with a name.
 *
 * <p>The runtime instantiates a provider once, through its public no-argument constructor or its public static
 * {@code provider()} method, and keeps it as long as the process runs. Do no work there: a provider that nobody selects
 * must cost nothing. All methods may be called from any thread, also concurrently.
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
     * Returns one line of text for listings, such as that of {@code apex plugins}.
     *
     * @return what the plugin does, without a trailing full stop; empty if there is nothing to say
     */
    default String description() {
        return "";
    }
}
