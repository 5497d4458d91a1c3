package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.config.read.EndpointReader;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.nio.file.Path;

/** The endpoints of a configuration file, read without the plugins of the user. */
final class ConfiguredEndpoints {

    private ConfiguredEndpoints() {
    }

    /** Reads a file. Throws an exception of the API if it is not valid TOML, or a variable is not set. */
    static EndpointReader.Endpoints read(Path file) {
        return EndpointReader.read(ConfigTrees.read(file, EndpointReader.KEYS));
    }

    static EndpointReader.Endpoints read(Path file, ProviderRegistry registry) {
        return EndpointReader.read(ConfigTrees.read(file, registry, EndpointReader.KEYS));
    }
}
