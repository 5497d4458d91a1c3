package io.apexproxy.api;

import java.net.SocketAddress;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The services of the runtime for one plugin instance, from its {@code create} to its {@code close}.
 *
 * <p>A context can be kept and used from any thread.
 *
 * @since 0.1
 */
public interface PluginContext {

    /**
     * Returns the executor for the work of this instance.
     *
     * <p>Tasks can block. A limited number of tasks runs at the same time; further tasks wait. The threads are daemon
     * threads and serve this instance only, so its tasks delay no other plugin and no connection.
     *
     * @return an executor that the runtime shuts down after it has closed the instance; the plugin need not do so
     */
    ScheduledExecutorService executor();

    /**
     * Resolves a path from the configuration.
     *
     * @param path an absolute path, or a path relative to the directory of the configuration file
     * @return the absolute path; the file need not exist
     * @throws java.nio.file.InvalidPathException if the text is not a valid path
     */
    Path resolve(String path);

    /**
     * Opens a connection to a backend, as a health probe needs it. Sends {@link Backend#preamble} and performs the TLS
     * handshake if the configuration of the pool requires them for probes, so that the plugin implements its own
     * protocol only. Does not block.
     *
     * <p>The stage completes exceptionally with an {@link java.io.IOException} if there is no connection within
     * {@code timeout}. The message is a short reason for the log, such as {@code connection refused},
     * {@code TLS handshake failed: …} or {@code timed out after 2s}. A health check can complete its own stage with
     * this exception. The runtime recognizes failures of this machine, such as a lack of file descriptors, and treats
     * the probe as inconclusive. After the plugin is closed, the exception is a
     * {@link java.nio.channels.ClosedChannelException}.
     *
     * <p>The channel:
     * <ul>
     * <li>Completion handlers run on the {@link #executor}. So do the actions that depend on the stage, such as that of
     *     {@link CompletionStage#thenAccept}, unless the stage is complete already.
     * <li>Blocking code can wait for the stage with {@code toCompletableFuture().get()} and for the futures of
     *     {@code read} and {@code write}. They complete without a thread of the executor.
     *     {@link java.nio.channels.Channels#newInputStream(AsynchronousByteChannel)} and
     *     {@link java.nio.channels.Channels#newOutputStream(AsynchronousByteChannel)} make streams of the channel. An
     *     interrupt of a thread that waits for the stage closes the connection.
     * <li>The plugin closes it. {@code close} does not block. It ends the connection without a reset: it sends the end
     *     of the stream and discards what the backend still sends, at most 64 KiB and for at most {@code timeout}.
     *     Beyond 64 connections of this instance that are being closed, the oldest is closed at once. A {@code close}
     *     during a read or write ends the connection at once; the read or write fails.
     * <li>It is also a {@link java.nio.channels.NetworkChannel} with the option
     *     {@link java.net.StandardSocketOptions#SO_LINGER} only. With the value 0, {@code close} resets the connection
     *     at once. The value has no effect on Unix-domain sockets and with TLS, where the stream ends with the end mark
     *     of TLS. If the plugin has neither read nor written, a reset usually reaches the backend before the backend
     *     can accept the connection (on Linux, without preamble).
     * <li>It has no timeout for reads and writes. To end one, close the channel.
     * <li>The runtime closes it at the latest when the plugin is closed.
     * </ul>
     *
     * @param backend a backend that the runtime passed to this plugin
     * @param timeout the maximum time until the channel can be used; positive
     * @return the connected channel
     * @since 0.2
     */
    default CompletionStage<AsynchronousByteChannel> connect(Backend backend, Duration timeout) {
        return connect(backend, backend.address(), timeout);
    }

    /**
     * Opens a connection to another address, with preamble and TLS as for this backend; for example to a port for
     * health checks. Otherwise like {@link #connect(Backend, Duration)}. The default method throws
     * {@link UnsupportedOperationException}.
     *
     * @param backend a backend that the runtime passed to this plugin
     * @param address a resolved {@link java.net.InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress}
     * @param timeout the maximum time until the channel can be used; positive
     * @return the connected channel
     * @since 0.2
     */
    default CompletionStage<AsynchronousByteChannel> connect(Backend backend, SocketAddress address,
            Duration timeout) {
        throw new UnsupportedOperationException("this context has no connections to backends");
    }
}
