package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.plugin.PluginListing.State;
import java.nio.file.Path;
import java.util.List;

/**
 * A registry, in the words in which a user sees it.
 *
 * @param registry the registry
 * @param warnings what was logged while it was made
 */
public record Loaded(ProviderRegistry registry, List<String> warnings) {

    /**
     * Loads from the directory {@code plugins}.
     *
     * @param home where that directory is
     * @return what was found
     */
    public static Loaded from(Path home) {
        try (LogLines log = new LogLines()) {
            return new Loaded(ProviderRegistry.load(home.resolve("plugins")), log.list());
        }
    }

    /**
     * Looks at the directory again.
     *
     * @return what is there now
     */
    public Loaded rescan() {
        try (LogLines log = new LogLines()) {
            return new Loaded(registry.rescan(), log.list());
        }
    }

    /** The names of what is not built in. */
    List<String> names() {
        return registry.listing().stream()
                .filter(line -> line.state() == State.LOADED && !line.origin().equals("built-in"))
                .map(PluginListing::name).toList();
    }

    /** What did not load: {@code origin: cause}. */
    List<String> refused() {
        return registry.listing().stream().filter(line -> line.state() == State.NOT_LOADED)
                .map(line -> line.origin() + ": " + line.cause()).toList();
    }

    PluginListing listing(String name) {
        return registry.listing().stream().filter(line -> line.name().equals(name)).findFirst().orElseThrow();
    }
}
