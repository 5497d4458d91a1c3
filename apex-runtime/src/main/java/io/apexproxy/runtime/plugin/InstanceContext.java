package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The services of the runtime for one plugin instance.
 *
 * @param executor the executor of the instance
 * @param connections its connections to backends
 * @param baseDirectory the absolute directory of the configuration file
 */
record InstanceContext(ScheduledExecutorService executor, BackendConnector.Connections connections,
        Path baseDirectory) implements PluginContext, AutoCloseable {

    @Override
    public Path resolve(String path) {
        return baseDirectory.resolve(path).normalize();
    }

    @Override
    public CompletionStage<AsynchronousByteChannel> connect(Backend backend, SocketAddress address, Duration timeout) {
        return connections.connect(backend, address, timeout);
    }

    /** Closes the connections, shuts down the executor and interrupts the running tasks. */
    @Override
    public void close() {
        connections.close();
        executor.shutdownNow();
    }
}
