package io.apexproxy.api.testkit;

import io.apexproxy.api.PluginContext;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the runtime lends: a few daemon threads, and paths relative to a directory.
 *
 * @param executor ends with {@link #close}
 * @param directory where the configuration file would be
 */
public record FakeContext(ScheduledExecutorService executor, Path directory) implements PluginContext, AutoCloseable {

    private static final int THREADS = 4;

    /** A context in the current directory. */
    public static FakeContext create() {
        return in(Path.of("").toAbsolutePath());
    }

    /** A context in this directory. */
    public static FakeContext in(Path directory) {
        return new FakeContext(Executors.newScheduledThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "context");
            thread.setDaemon(true);
            return thread;
        }), directory);
    }

    @Override
    public Path resolve(String path) {
        return directory.resolve(path);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
