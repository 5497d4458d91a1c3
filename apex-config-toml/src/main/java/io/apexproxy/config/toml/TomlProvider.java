package io.apexproxy.config.toml;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigSourceProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The provider of the configuration source {@code toml}, a watched file.
 *
 * <p>The key {@code include} of the file names further files with listeners and pools. The source delivers one tree.
 *
 * <p>Settings:
 * <ul>
 * <li>{@code path}: the file
 * <li>{@code poll_interval}: the interval at which the content is compared even if size, modification time and real
 *     path of the file are the same; from 100 ms to 1 day, 3 s by default
 * <li>{@code max_bytes}: the maximum size of all files together; by default the system property {@code
 *     apex.config.max_bytes}, or the smaller of 64 MiB and 1/128 of the heap
 * <li>{@code optional}: whether a missing file counts as an empty one, {@code false} by default
 * </ul>
 *
 * @since 0.1
 */
public final class TomlProvider implements ConfigSourceProvider {

    /** Delays only a write that keeps size and modification time; a poll costs one read of a small file. */
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(3);

    /** A shorter interval costs reads without a visible benefit. */
    private static final Duration MIN_POLL_INTERVAL = Duration.ofMillis(100);

    /** Long enough to rely on attributes only, and short enough that sums of times do not overflow. */
    private static final Duration MAX_POLL_INTERVAL = Duration.ofDays(1);

    /**
     * Twice this time, for the file and for the included files, is less than the 10 s after which the runtime
     * interrupts a load. So the message describes the problem of the file.
     */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(4);

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
        if (pollInterval.compareTo(MIN_POLL_INTERVAL) < 0 || pollInterval.compareTo(MAX_POLL_INTERVAL) > 0) {
            throw settings.invalid("poll_interval", "expected \"%dms\" to \"%dd\", found \"%dms\"".formatted(
                    MIN_POLL_INTERVAL.toMillis(), MAX_POLL_INTERVAL.toDays(), pollInterval.toMillis()));
        }
        Path path = resolve(name, settings, context);
        boolean optional = settings.bool("optional", false);
        ConfigFiles files = new ConfigFiles(new TomlFile(path, name), SizeLimit.of(settings), READ_TIMEOUT, optional);
        return new TomlSource(files, pollInterval);
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
