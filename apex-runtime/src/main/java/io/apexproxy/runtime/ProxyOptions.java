package io.apexproxy.runtime;

import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.config.ProxyConfig;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that a proxy reads at its start.
 *
 * @param configFile the configuration file; paths in it are relative to its directory
 * @param pluginsDirectory the directory of the user's plugins; optional on disk
 * @param isProcess whether the proxy is the whole process, as with {@code apex run}. Only then it has a control socket
 *     by default; a program that embeds a proxy has one if the configuration has a path for it.
 * @since 0.2
 */
public record ProxyOptions(Path configFile, Path pluginsDirectory, boolean isProcess) {

    /**
     * Creates the options of a proxy that is part of a program.
     *
     * @param configFile the configuration file; paths in it are relative to its directory
     * @param pluginsDirectory the directory of the user's plugins; optional on disk
     */
    public ProxyOptions(Path configFile, Path pluginsDirectory) {
        this(configFile, pluginsDirectory, false);
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
        Path parent = configFile.toAbsolutePath().getParent();
        return parent == null ? configFile.toAbsolutePath() : parent;
    }
}
