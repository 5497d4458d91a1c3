package io.apexproxy.config.toml;

import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;

/** A file as a configuration source. */
final class TomlSource implements ConfigSource {

    private static final Runnable NOTHING = () -> { };

    private final TomlFile file;
    private final LastRead seen;
    private final Duration pollInterval;
    private Runnable stop = NOTHING;

    /**
     * Creates the source; nothing is read or watched yet.
     *
     * @param pollInterval the time after which the content is compared although the attributes are the same
     */
    TomlSource(TomlFile file, Duration pollInterval) {
        this.file = file;
        this.seen = new LastRead(file);
        this.pollInterval = pollInterval;
    }

    @Override
    public ConfigTree.Table load() {
        return seen.load();
    }

    @Override
    public void watch(Observer observer) {
        if (stop != NOTHING) {
            throw new IllegalStateException(file.name() + " is watched already");
        }
        FileWatch watch = new FileWatch(file, seen, new StatWatch(file.path()), pollInterval, observer);
        stop = watch::close;
        watch.start();
    }

    @Override
    public void close() {
        stop.run();
    }
}
