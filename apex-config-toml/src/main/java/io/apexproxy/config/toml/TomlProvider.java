package io.apexproxy.config.toml;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Makes the configuration source {@code toml}: a file, watched.
 *
 * <p>Settings: {@code path}, the file; and {@code poll_interval}, how often the content is compared where no event
 * tells of a change, as on network mounts (default 3 s, from 100 ms to 1 day).
 *
 * @since 0.1
 */
public final class TomlProvider implements ConfigSourceProvider {

    /** A few seconds are soon enough for the rare mount without events, and cost one read of a small file. */
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(3);

    /** Reading more often than this would cost more than it tells. */
    private static final Duration SHORTEST_POLL_INTERVAL = Duration.ofMillis(100);

    /** Whoever wants events alone gets close to it, and no sum of times overflows. */
    private static final Duration LONGEST_POLL_INTERVAL = Duration.ofDays(1);

    /** Creates the provider. */
    public TomlProvider() {
    }

    @Override
    public String name() {
        return "toml";
    }

    @Override
    public String description() {
        return "a file in TOML, watched for changes";
    }

    @Override
    public ConfigSource create(Settings settings, PluginContext context) {
        Duration pollInterval = settings.duration("poll_interval", POLL_INTERVAL);
        String name = settings.string("path");
        if (pollInterval.compareTo(SHORTEST_POLL_INTERVAL) < 0 || pollInterval.compareTo(LONGEST_POLL_INTERVAL) > 0) {
            throw settings.invalid("poll_interval", "expected \"%dms\" to \"%dd\", found \"%dms\"".formatted(
                    SHORTEST_POLL_INTERVAL.toMillis(), LONGEST_POLL_INTERVAL.toDays(), pollInterval.toMillis()));
        }
        Path path = resolve(name, settings, context);
        return new TomlSource(new TomlFile(path, name), path.getFileSystem()::newWatchService, pollInterval);
    }

    private static Path resolve(String name, Settings settings, PluginContext context) {
        if (name.isBlank()) {
            throw settings.invalid("path", "expected the path of a file, found '" + name + "'");
        }
        try {
            return context.resolve(name);
        } catch (InvalidPathException e) {
            throw settings.invalid("path", "expected the path of a file, found '" + name + "' (" + e.getReason() + ")");
        }
    }
}
