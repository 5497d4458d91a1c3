package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reader of the keys of a configuration file that select further sources. */
public final class SourceSelections {

    /** The key of the table that selects the source of listeners and pools. */
    public static final String TRAFFIC_SOURCE = "config_source";

    /** The key of further files with listeners and pools. The provider of the file reads them and removes the key. */
    static final String INCLUDE = "include";

    /** The provider of configuration sources that reads a file. */
    private static final String FILE_PROVIDER = "toml";

    /** The key of the path of the file of overrides. */
    public static final String OVERRIDES = "overrides";

    /** The path of a file. */
    static final ValueType<String> FILE = new ValueType<>("the path of a file such as \"overrides.toml\"",
            value -> ValueType.text(value).filter(text -> !text.isBlank()), value -> "");

    private SourceSelections() {
    }

    /**
     * Reads the selection of the source of listeners and pools.
     *
     * @param root the root table of the configuration file
     * @param problems collects the mistakes
     * @return the selection; empty if the file itself defines listeners and pools, or if the selection is invalid
     */
    public static Optional<ProviderConfig> trafficSource(ConfigTree.Table root, Problems problems) {
        ProviderReader reader = new ProviderReader(problems);
        TreeSettings settings = new TreeSettings(root, "", problems);
        if (!settings.has(TRAFFIC_SOURCE)) {
            return Optional.empty();
        }
        TreeSettings table = reader.selectionTable(settings, TRAFFIC_SOURCE, "name");
        ProviderConfig selection = reader.provider(table, "", List.of());
        table.require(ProviderReader.PROVIDER, "the name of a configuration source");
        return selection.provider().isEmpty() ? Optional.empty() : Optional.of(selection);
    }

    /**
     * Reads the selection of the source of overrides. The file need not exist.
     *
     * @param root the root table of the configuration file
     * @return the selection; empty if there is no file of overrides, or if its path is invalid, which {@link
     *     ConfigReader} reports
     */
    public static Optional<ProviderConfig> overrides(ConfigTree.Table root) {
        ConfigTree.Member path = root.members().get(OVERRIDES);
        if (path == null || FILE.conversion().apply(path.value()).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(file(OVERRIDES, path, true));
    }

    /**
     * Returns the selection of a file.
     *
     * @param file the path, as messages show it
     * @param optional whether a missing file counts as an empty one
     */
    public static ProviderConfig file(String file, boolean optional) {
        Origin origin = Origin.of(file);
        return file("configuration file", new ConfigTree.Member(origin, new ConfigTree.Scalar(file, origin)), optional);
    }

    /** Returns whether a source is a file. The strings of a file can have variables of the environment. */
    public static boolean isFile(ProviderConfig selection) {
        return selection.provider().equals(FILE_PROVIDER);
    }

    private static ProviderConfig file(String name, ConfigTree.Member path, boolean optional) {
        Origin origin = path.value().origin();
        Map<String, ConfigTree.Member> settings = optional
                ? Map.of("path", path, "optional", new ConfigTree.Member(origin, new ConfigTree.Scalar(true, origin)))
                : Map.of("path", path);
        return new ProviderConfig(name, FILE_PROVIDER, origin, new ConfigTree.Table(settings, origin), List.of());
    }
}
