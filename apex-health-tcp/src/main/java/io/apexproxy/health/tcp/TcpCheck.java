package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The TCP health check of one pool.
 */
final class TcpCheck implements HealthCheck {

    private final SendExpect sendExpect;
    private final ScheduledExecutorService timer;
    private final AsynchronousChannelGroup group;
    private final LingeringClose lingeringClose;
    private final LingeringProbes lingeringProbes = new LingeringProbes();

    /**
     * Starts the thread on which all probes run. One thread suffices because probes do not block. The default group of
     * the JDK is not used because its threads never end.
     */
    TcpCheck(SendExpect sendExpect, ScheduledExecutorService timer) {
        this.sendExpect = sendExpect;
        this.timer = timer;
        this.lingeringClose = new LingeringClose(timer);
        try {
            this.group = AsynchronousChannelGroup.withFixedThreadPool(1, task -> {
                Thread thread = new Thread(task, "apex-health-tcp");
                thread.setDaemon(true);
                return thread;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("no resources for health checks: " + e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
        if (backend.address() instanceof UnixDomainSocketAddress file) {
            return probe(file, timeout);
        }
        if (!(backend.address() instanceof InetSocketAddress address)) {
            return unhealthy("unsupported kind of address: " + backend.address());
        }
        if (address.isUnresolved()) {
            return unhealthy("unresolved address: " + address.getHostString());
        }
        AsynchronousSocketChannel channel;
        try {
            channel = open();
        } catch (IOException e) {
            // out of file descriptors or memory, or this check is closed; nothing was sent to the backend
            return CompletableFuture.completedFuture(HealthResult.inconclusive(Reasons.of(e)));
        }
        return new Probe(channel, sendExpect, timeout, lingeringProbes).start(sendExpect.target(address), timer);
    }

    /** Opens a channel, never during or after shutdown: the JDK would leak the descriptor. */
    private synchronized AsynchronousSocketChannel open() throws IOException {
        if (group.isShutdown()) {
            throw new ClosedChannelException();
        }
        return AsynchronousSocketChannel.open(group);
    }

    private CompletionStage<HealthResult> probe(UnixDomainSocketAddress file, Duration timeout) {
        if (sendExpect.port() != SendExpect.PORT_OF_BACKEND) {
            return unhealthy("unix:" + file + " has no port: leave port out of the health check");
        }
        try {
            return CompletableFuture.completedFuture(UnixProbe.open(sendExpect, timeout).run(file, lingeringClose));
        } catch (IOException e) {
            return CompletableFuture.completedFuture(HealthResult.inconclusive(Reasons.of(e)));
        } catch (UnsupportedOperationException e) {
            return unhealthy("Unix-domain sockets are not supported on this system");
        }
    }

    /** Closes the connections of probes in flight and ends the thread. */
    @Override
    public synchronized void close() {
        lingeringClose.close();
        try {
            group.shutdownNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletionStage<HealthResult> unhealthy(String reason) {
        return CompletableFuture.completedFuture(HealthResult.unhealthy(reason));
    }
}
