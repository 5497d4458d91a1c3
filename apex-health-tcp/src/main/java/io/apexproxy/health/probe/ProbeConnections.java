package io.apexproxy.health.probe;

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
 * The connections of one health check's probes. All methods may be called from any thread, and none blocks.
 *
 * @since 0.2
 */
public final class ProbeConnections implements AutoCloseable {

    private final ScheduledExecutorService executor;
    private final int readSize;
    private final AsynchronousChannelGroup group;
    private final LingeringProbes lingering = new LingeringProbes();

    /**
     * Starts the thread on which the probes run. The JDK's default group would serve as well, but its threads never end.
     *
     * @param thread the name of the thread
     * @param readSize the size of the buffer of a probe, in bytes; answers may be longer
     * @param executor runs timers; the executor of the plugin's context
     * @throws UncheckedIOException if the system has no descriptors left
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
     * Probes an address once.
     *
     * @param address a resolved address
     * @param exchange what is sent and expected; for this probe alone
     * @param timeout for the whole probe; it also limits how long the connection stays open after the result
     * @return the result to come; inconclusive if this machine has no descriptor, port or thread left, or after
     *     {@link #close}
     */
    public CompletionStage<HealthResult> probe(InetSocketAddress address, Exchange exchange, Duration timeout) {
        AsynchronousSocketChannel channel;
        try {
            channel = open();
        } catch (IOException e) {
            return CompletableFuture.completedFuture(HealthResult.inconclusive(Reasons.of(e)));
        }
        return new ProbeConnection(channel, exchange, readSize, timeout, lingering).start(address, executor);
    }

    /** Not while the group is shut down, nor after: the JDK never closes the descriptor that it then opens in vain. */
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
