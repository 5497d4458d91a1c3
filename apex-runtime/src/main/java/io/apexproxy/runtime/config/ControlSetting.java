package io.apexproxy.runtime.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The setting {@code control_socket}.
 *
 * @param isOn whether the process has a control socket
 * @param path its configured path; empty for the default path
 */
public record ControlSetting(boolean isOn, Optional<Path> path) {

    /** The default: a control socket at the default path. */
    public static final ControlSetting DEFAULT = new ControlSetting(true, Optional.empty());
    /** No control socket. */
    public static final ControlSetting OFF = new ControlSetting(false, Optional.empty());

    /** Returns the setting for a control socket at this path. */
    public static ControlSetting at(Path path) {
        return new ControlSetting(true, Optional.of(path));
    }
}
