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
 * <p>Settings: {@code path}, the file; {@code poll_interval}, how often the content is compared although size, time and
 * path of the file are the same (default 3 s, from 100 ms to 1 day); and {@code max_bytes}, the largest size
 * of the file (default 64 MiB, or a 128th of the heap where that is less, or the system property
 * {@code apex.config.max_bytes}).
 *
 * @since 0.1
 */
public final class TomlProvider implements ConfigSourceProvider {

    /** Only a write that keeps size and time of the file waits for this long; it costs one read of a small file. */
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(3);

    /** Reading more often than this would cost more than it tells. */
    private static final Duration SHORTEST_POLL_INTERVAL = Duration.ofMillis(100);

    /** Close to no comparison at all; no sum of times overflows. */
    private static final Duration LONGEST_POLL_INTERVAL = Duration.ofDays(1);

    /** Below the time that the runtime waits for a load, so that the message says what is wrong with the file. */
    private static final Duration READ_PATIENCE = Duration.ofSeconds(4);

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
        TomlFile file = new TomlFile(path, name, SizeLimit.of(settings), READ_PATIENCE);
        return new TomlSource(file, pollInterval);
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
