package io.apexproxy.api.testkit;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A plugin context with a few daemon threads, a base directory for paths, and connections without TLS. Connections
 * begin with {@link Backend#preamble}.
 */
public final class FakeContext implements PluginContext, AutoCloseable {

    private static final int THREADS = 4;

    private final ScheduledExecutorService executor;
    private final Path directory;
    private final FakeConnector connector;

    /**
     * Creates a context.
     *
     * @param executor shut down by {@link #close}
     * @param directory the directory of the configuration file
     */
    public FakeContext(ScheduledExecutorService executor, Path directory) {
        this.executor = executor;
        this.directory = directory;
        this.connector = new FakeConnector(executor);
    }

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
    public ScheduledExecutorService executor() {
        return executor;
    }

    @Override
    public Path resolve(String path) {
        return directory.resolve(path);
    }

    @Override
    public CompletionStage<AsynchronousByteChannel> connect(Backend backend, SocketAddress address, Duration timeout) {
        return connector.connect(backend, address, timeout);
    }

    /** Closes the connections. No further ones can be opened. The runtime does this after it has closed the plugin. */
    public void disconnect() {
        connector.close();
    }

    @Override
    public void close() {
        disconnect();
        executor.shutdownNow();
    }
}
