package io.apexproxy.runtime.cli.client;

import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.SourceSelections;
import io.apexproxy.runtime.config.tree.Variables;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

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
     * @throws io.apexproxy.api.ConfigException if it is not valid TOML, or a variable is not set
     */
    static ConfigTree.Table read(Path file, boolean optional) {
        return expanded(load(file, optional, ProviderRegistry.load(NO_PLUGINS)));
    }

    /**
     * Reads some settings of a configuration file. Only their variables have to be set: a command does not need the
     * environment of the running process.
     *
     * @param keys the keys of the root table
     * @throws io.apexproxy.api.ConfigException if the file is not valid TOML, or a variable is not set
     */
    static ConfigTree.Table read(Path file, ProviderRegistry registry, Collection<String> keys) {
        ConfigTree.Table tree = load(file, false, registry);
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>(tree.members());
        members.keySet().retainAll(keys);
        return expanded(new ConfigTree.Table(members, tree.origin()));
    }

    /** Reads some settings of a configuration file with the plugins of the distribution. */
    static ConfigTree.Table read(Path file, Collection<String> keys) {
        return read(file, ProviderRegistry.load(NO_PLUGINS), keys);
    }

    private static ConfigTree.Table expanded(ConfigTree.Table tree) {
        return Variables.expand(tree, System.getenv()).table();
    }

    private static ConfigTree.Table load(Path file, boolean optional, ProviderRegistry registry) {
        ProviderConfig selection = SourceSelections.file(file.toString(), optional);
        try (PluginInstance<ConfigSource> source = registry.create(ConfigSourceProvider.class, selection,
                Path.of("").toAbsolutePath(), ConfigSourceProvider::create)) {
            return source.get().load();
        }
    }
}
