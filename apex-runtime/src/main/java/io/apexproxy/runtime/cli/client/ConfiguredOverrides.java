package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.config.Overrides;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.read.OverridesReader;
import io.apexproxy.runtime.config.read.SourceSelections;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.overrides.OverridesFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file of overrides that a configuration file names. */
public final class ConfiguredOverrides {

    private ConfiguredOverrides() {
    }

    /**
     * Returns the file of overrides; empty if the configuration names none.
     *
     * @param configFile the configuration file
     * @throws io.apexproxy.api.ConfigException if the configuration file is not valid TOML, or a variable is not set
     */
    public static Optional<OverridesFile> of(Path configFile) {
        return SourceSelections.overrides(ConfigTrees.read(configFile, List.of(SourceSelections.OVERRIDES)))
                .map(selection -> new OverridesFile(path(configFile, selection), ConfiguredOverrides::read));
    }

    private static Path path(Path configFile, ProviderConfig selection) {
        String written = new TreeSettings(selection.settings(), selection.path(), new Problems()).string("path");
        Path directory = configFile.getParent();
        return directory == null ? Path.of(written) : directory.resolve(written);
    }

    private static Overrides read(Path file) {
        Problems problems = new Problems();
        Overrides overrides = OverridesReader.read(ConfigTrees.read(file, true), problems);
        problems.throwIfAny();
        return overrides;
    }
}
