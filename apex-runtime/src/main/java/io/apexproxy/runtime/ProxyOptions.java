package io.apexproxy.runtime;

import java.nio.file.Path;

/**
 * The files that a proxy is started with.
 *
 * @param configFile the configuration file; paths in it are relative to its directory
 * @param pluginsDirectory the directory of the user's plugins; it need not exist
 * @since 0.2
 */
public record ProxyOptions(Path configFile, Path pluginsDirectory) {

    /** Returns the directory that relative paths of the configuration start from. */
    Path directory() {
        Path parent = configFile.toAbsolutePath().getParent();
        return parent == null ? configFile.toAbsolutePath() : parent;
    }
}
