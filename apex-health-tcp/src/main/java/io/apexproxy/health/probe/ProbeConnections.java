package io.apexproxy.health.probe;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The connections of the probes of one health check. All methods are thread-safe and do not block.
 *
 * @since 0.2
 */
public final class ProbeConnections implements AutoCloseable {

    private final ScheduledExecutorService executor;
    private final int readSize;
    private final AsynchronousChannelGroup group;
    private final LingeringProbes lingering = new LingeringProbes();

    /**
     * Starts the thread on which all probes run. One thread suffices because probes do not block. The default group of
     * the JDK is not used because its threads never end.
     *
     * @param thread the name of the thread
     * @param readSize the size of the receive buffer of a probe, in bytes; responses can be longer
     * @param executor the executor of timers, usually that of the plugin context
     * @throws UncheckedIOException if the system is out of file descriptors
     */
    public ProbeConnections(String thread, int readSize, ScheduledExecutorService executor) {
        this.executor = executor;
        this.readSize = readSize;
        try {
            this.group = AsynchronousChannelGroup.withFixedThreadPool(1, task -> {
                Thread created = new Thread(task, thread);
                created.setDaemon(true);
                return created;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("no resources for health checks: " + e.getMessage(), e);
        }
    }

    /**
     * Probes a backend once. The probe begins with {@link Backend#preamble}.
     *
     * @param backend the backend
     * @param address the resolved address to connect to, usually that of the backend
     * @param exchange the protocol, an instance for this probe only
     * @param timeout the maximum time of the probe, which includes the close of the connection after the result
     * @return the future result; inconclusive after {@link #close}, or if this machine has no file descriptor, port or
     *     thread left
     */
    public CompletionStage<HealthResult> probe(Backend backend, InetSocketAddress address, Exchange exchange,
            Duration timeout) {
        AsynchronousSocketChannel channel;
        try {
            channel = open();
        } catch (IOException e) {
            // out of file descriptors or memory, or this check is closed; nothing was sent to the backend
            return CompletableFuture.completedFuture(HealthResult.inconclusive(Reasons.of(e)));
        }
        return new ProbeConnection(channel, backend, exchange, readSize, timeout, lingering).start(address, executor);
    }

    /** Opens a channel, never during or after shutdown: the JDK would leak the descriptor. */
    private synchronized AsynchronousSocketChannel open() throws IOException {
        if (group.isShutdown()) {
            throw new ClosedChannelException();
        }
        return AsynchronousSocketChannel.open(group);
    }

    /** Closes the connections of probes in flight and ends the thread. */
    @Override
    public synchronized void close() {
        try {
            group.shutdownNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
