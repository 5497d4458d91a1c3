package io.apexproxy.api.testkit;

import io.apexproxy.api.PluginContext;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A plugin context with a few daemon threads and a base directory for paths.
 *
 * @param executor shut down by {@link #close}
 * @param directory the directory of the configuration file
 */
public record FakeContext(ScheduledExecutorService executor, Path directory) implements PluginContext, AutoCloseable {

    private static final int THREADS = 4;

    /** Creates a context for the current directory. */
    public static FakeContext create() {
        return in(Path.of("").toAbsolutePath());
    }

    /** Creates a context for this directory. */
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
