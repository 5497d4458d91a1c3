package io.apexproxy.runtime;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.config.ProxyConfig;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a proxy reads at its start: its configuration, which is a file or a tree, and the plugins.
 *
 * @param configFile the configuration file; paths in it are relative to its directory
 * @param config the configuration instead of a file; paths in it are relative to the working directory. It does not
 *     change while the proxy runs, except by the sources that it selects.
 * @param pluginsDirectory the directory of the user's plugins; optional on disk
 * @param isProcess whether the proxy is the whole process, as with {@code apex run}. Only then it has a control socket
 *     by default; a program that embeds a proxy has one if the configuration has a path for it.
 * @since 0.2
 */
public record ProxyOptions(Optional<Path> configFile, Optional<ConfigTree.Table> config, Path pluginsDirectory,
        boolean isProcess) {

    /**
     * Rejects options with two configurations or none.
     *
     * @param configFile the configuration file
     * @param config the configuration instead of a file
     * @param pluginsDirectory the directory of the user's plugins
     * @param isProcess whether the proxy is the whole process
     * @throws IllegalArgumentException if both a file and a tree are present, or none
     */
    public ProxyOptions {
        if (configFile.isPresent() == config.isPresent()) {
            throw new IllegalArgumentException("expected a configuration file or a tree, found "
                    + (config.isPresent() ? "both" : "none"));
        }
    }

    /**
     * Creates the options of a proxy that is part of a program.
     *
     * @param configFile the configuration file; paths in it are relative to its directory
     * @param pluginsDirectory the directory of the user's plugins; optional on disk
     */
    public ProxyOptions(Path configFile, Path pluginsDirectory) {
        this(Optional.of(configFile), Optional.empty(), pluginsDirectory, false);
    }

    /**
     * Creates the options of a proxy that is part of a program and has no configuration file.
     *
     * @param config the configuration, with the keys of a configuration file
     * @param pluginsDirectory the directory of the user's plugins; optional on disk
     */
    public ProxyOptions(ConfigTree.Table config, Path pluginsDirectory) {
        this(Optional.empty(), Optional.of(config), pluginsDirectory, false);
    }

    /**
     * Returns the name of the configuration for messages.
     *
     * @return the path as it was given, or the source of the tree
     */
    public String configName() {
        return configFile.map(Path::toString).orElseGet(() -> config.orElseThrow().origin().source());
    }

    /** Returns the setting of the control socket. */
    ControlSetting controlSocket(ProxyConfig config) {
        ControlSetting setting = config.controlSocket();
        return isProcess || setting.path().isPresent() ? setting : ControlSetting.OFF;
    }

    /** Returns the directory of stored answers; that of the supervisor if the configuration has none. */
    Optional<Path> stateDirectory(ProxyConfig config) {
        return config.stateDirectory().map(directory()::resolve)
                .or(() -> Optional.ofNullable(System.getenv("STATE_DIRECTORY")).filter(any -> isProcess)
                        .map(directories -> Path.of(directories.split(File.pathSeparator)[0]).toAbsolutePath()));
    }

    /** Returns the base of relative paths in the configuration. */
    Path directory() {
        return configFile.map(file -> file.toAbsolutePath().getParent())
                .orElseGet(() -> Path.of("").toAbsolutePath());
    }
}
