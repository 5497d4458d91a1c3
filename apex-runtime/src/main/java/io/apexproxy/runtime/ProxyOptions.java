package io.apexproxy.runtime;

import java.nio.file.Path;

/**
 * The files that a proxy reads at its start.
 *
 * @param configFile the configuration file; paths in it are relative to its directory
 * @param pluginsDirectory the directory of the user's plugins; optional on disk
 * @since 0.2
 */
public record ProxyOptions(Path configFile, Path pluginsDirectory) {

    /** Returns the base of relative paths in the configuration. */
    Path directory() {
        Path parent = configFile.toAbsolutePath().getParent();
        return parent == null ? configFile.toAbsolutePath() : parent;
    }
}
