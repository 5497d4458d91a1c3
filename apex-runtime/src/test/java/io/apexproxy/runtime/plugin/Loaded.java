package io.apexproxy.runtime.plugin;

import ch.qos.logback.classic.Level;
import io.apexproxy.test.LogCapture;
import java.nio.file.Path;
import java.util.List;

/**
 * A registry with the warnings of its creation, and its content as the user sees it.
 *
 * @param registry the registry
 * @param warnings the lines that were logged at WARN and above during its creation
 */
public record Loaded(ProviderRegistry registry, List<String> warnings) {

    /**
     * Loads the directory {@code plugins}.
     *
     * @param home the parent of the directory
     * @return the registry and the warnings
     */
    public static Loaded from(Path home) {
        try (LogCapture log = LogCapture.of("apex.plugin", Level.WARN)) {
            return new Loaded(ProviderRegistry.load(home.resolve("plugins")), log.messages());
        }
    }

    /**
     * Scans the directory again.
     *
     * @return the new registry and the new warnings
     */
    public Loaded rescan() {
        try (LogCapture log = LogCapture.of("apex.plugin", Level.WARN)) {
            return new Loaded(registry.rescan(), log.messages());
        }
    }

    /** Returns the names of the loaded providers that are not built in. */
    List<String> names() {
        return registry.listing().stream()
                .filter(line -> line.isLoaded() && !line.origin().equals("built-in"))
                .map(PluginListing::name).toList();
    }

    /** Returns the listings that were not loaded, as {@code origin: cause}. */
    List<String> refused() {
        return registry.listing().stream().filter(line -> !line.isLoaded())
                .map(line -> line.origin() + ": " + line.cause()).toList();
    }

    PluginListing listing(String name) {
        return registry.listing().stream().filter(line -> line.name().equals(name)).findFirst().orElseThrow();
    }
}
