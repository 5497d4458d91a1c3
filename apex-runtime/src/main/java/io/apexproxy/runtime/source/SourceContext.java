package io.apexproxy.runtime.source;

import io.apexproxy.runtime.plugin.PluginCloser;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The objects that all sources share.
 *
 * @param control the executor of the control thread, on which sources and pools change
 * @param nanoTime the clock of {@code control}, as {@link System#nanoTime}
 * @param random spreads look-ups over time; used on the control thread only
 * @param pluginCloser closes the plugins that are replaced
 * @param directory the directory of stored answers; empty: answers are not stored
 */
public record SourceContext(ScheduledExecutorService control, LongSupplier nanoTime, RandomGenerator random,
        PluginCloser pluginCloser, Optional<Path> directory) {
}
