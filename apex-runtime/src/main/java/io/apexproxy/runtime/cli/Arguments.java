package io.apexproxy.runtime.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the user asked for, beside the command.
 *
 * @param config the file given by {@code --config}
 * @param pluginsDirectory the directory given by {@code --plugins-dir}
 * @param demo whether to bring backends along
 * @param verbose whether to log at DEBUG and to show stack traces
 */
record Arguments(Optional<Path> config, Optional<Path> pluginsDirectory, boolean demo, boolean verbose) {
}
