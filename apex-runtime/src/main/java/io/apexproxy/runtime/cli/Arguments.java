package io.apexproxy.runtime.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of a command.
 *
 * @param config the file of {@code --config}
 * @param pluginsDirectory the directory of {@code --plugins-dir}
 * @param demo whether to start demo backends
 * @param takeover the process of {@code --takeover}
 * @param verbose whether to log at DEBUG and to print stack traces
 */
record Arguments(Optional<Path> config, Optional<Path> pluginsDirectory, boolean demo,
        Optional<String> takeover, boolean verbose) {

    static final Arguments NONE = new Arguments(Optional.empty(), Optional.empty(), false, Optional.empty(), false);
}
