package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Opens connections to backends for plugins. Any thread. */
public interface BackendConnector {

    /** A connector for registries whose plugins open no connection. Its {@code connect} throws. */
    BackendConnector NONE = executor -> new Connections() {
        @Override
        public CompletionStage<AsynchronousByteChannel> connect(Backend backend, SocketAddress address,
                Duration timeout) {
            throw new UnsupportedOperationException("no connections to backends");
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    /**
     * Returns the connections of a new plugin instance.
     *
     * @param executor the executor of the instance, which runs its completion handlers
     */
    Connections of(Executor executor);

    /** The connections of a plugin instance. Any thread; does not block. */
    interface Connections extends AutoCloseable {

        /** Opens a connection, as {@link PluginContext#connect(Backend, SocketAddress, Duration)} specifies. */
        CompletionStage<AsynchronousByteChannel> connect(Backend backend, SocketAddress address, Duration timeout);

        /** Starts the close of all connections. Later ones are refused. */
        @Override
        void close();
    }
}
