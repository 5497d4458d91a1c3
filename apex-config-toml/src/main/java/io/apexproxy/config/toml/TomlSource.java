package io.apexproxy.config.toml;

import io.apexproxy.api.config.ConfigSource;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;

/** The configuration source for a file and the files that it includes. */
final class TomlSource implements ConfigSource {

    private static final Runnable NOTHING = () -> {};

    private final ConfigFiles files;
    private final LastRead lastRead;
    private final Duration pollInterval;
    private Runnable stop = NOTHING;

    /**
     * Creates the source without reading or watching files.
     *
     * @param pollInterval the interval at which the content is compared even if the attributes are the same
     */
    TomlSource(ConfigFiles files, Duration pollInterval) {
        this.files = files;
        this.lastRead = new LastRead(files);
        this.pollInterval = pollInterval;
    }

    @Override
    public ConfigTree.Table load() {
        return lastRead.load();
    }

    @Override
    public void watch(Observer observer) {
        if (stop != NOTHING) {
            throw new IllegalStateException(files.name() + " is watched already");
        }
        FileWatch watch = new FileWatch(files.name(), lastRead, new StatWatch(files::watched), pollInterval,
                observer);
        stop = watch::close;
        watch.start();
    }

    @Override
    public void close() {
        stop.run();
    }
}
