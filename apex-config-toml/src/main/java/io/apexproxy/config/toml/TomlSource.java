package io.apexproxy.config.toml;

import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;

/** The configuration source for one file. */
final class TomlSource implements ConfigSource {

    private static final Runnable NOTHING = () -> {};

    private final TomlFile file;
    private final LastRead lastRead;
    private final Duration pollInterval;
    private Runnable stop = NOTHING;

    /**
     * Creates the source without reading or watching the file.
     *
     * @param pollInterval the interval at which the content is compared even if the attributes are the same
     */
    TomlSource(TomlFile file, Duration pollInterval) {
        this.file = file;
        this.lastRead = new LastRead(file);
        this.pollInterval = pollInterval;
    }

    @Override
    public ConfigTree.Table load() {
        return lastRead.load();
    }

    @Override
    public void watch(Observer observer) {
        if (stop != NOTHING) {
            throw new IllegalStateException(file.name() + " is watched already");
        }
        FileWatch watch = new FileWatch(file, lastRead, new StatWatch(file.path()), pollInterval, observer);
        stop = watch::close;
        watch.start();
    }

    @Override
    public void close() {
        stop.run();
    }
}
