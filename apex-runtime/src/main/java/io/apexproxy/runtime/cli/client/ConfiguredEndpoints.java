package io.apexproxy.runtime.cli.client;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import io.apexproxy.api.config.ConfigTree;

import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.EndpointReader;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The endpoints of a configuration file, read without the plugins of the user. */
final class ConfiguredEndpoints {

    private static final String FILE_PROVIDER = "toml";
    /** A directory that does not exist. */
    private static final Path NO_PLUGINS = Path.of("/nonexistent/apex/plugins");

    private ConfiguredEndpoints() {
    }

    /** Reads a file. Throws an exception of the API if it is not valid TOML. */
    static EndpointReader.Endpoints read(Path file) throws Exception {
        return read(file, ProviderRegistry.load(NO_PLUGINS));
    }

    static EndpointReader.Endpoints read(Path file, ProviderRegistry registry) throws Exception {
        Origin origin = Origin.of(file.toString());
        ConfigTree path = new ConfigTree.Scalar(file.toString(), origin);
        ConfigTree.Table settings = new ConfigTree.Table(Map.of("path", new ConfigTree.Member(origin, path)), origin);
        ProviderConfig selection =
                new ProviderConfig("configuration file", FILE_PROVIDER, origin, settings, List.of());
        try (PluginInstance<ConfigSource> source = registry
                .create(ConfigSourceProvider.class, selection, Path.of("").toAbsolutePath(),
                        ConfigSourceProvider::create)) {
            return EndpointReader.read(source.get().load());
        }
    }
}
