package io.apexproxy.runtime.cli.client;

import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.SourceSelections;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.nio.file.Path;

/** Files of the configuration, read without the plugins of the user. */
final class ConfigTrees {

    /** A directory that does not exist. */
    private static final Path NO_PLUGINS = Path.of("/nonexistent/apex/plugins");

    private ConfigTrees() {
    }

    /**
     * Reads a file.
     *
     * @param file the path, as messages show it
     * @param optional whether a missing file counts as an empty one
     * @throws io.apexproxy.api.ConfigException if it is not valid TOML
     */
    static ConfigTree.Table read(Path file, boolean optional) {
        return read(file, optional, ProviderRegistry.load(NO_PLUGINS));
    }

    static ConfigTree.Table read(Path file, boolean optional, ProviderRegistry registry) {
        ProviderConfig selection = SourceSelections.file(file.toString(), optional);
        try (PluginInstance<ConfigSource> source = registry.create(ConfigSourceProvider.class, selection,
                Path.of("").toAbsolutePath(), ConfigSourceProvider::create)) {
            return source.get().load();
        }
    }
}
