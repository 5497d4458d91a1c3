package io.apexproxy.health.http;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
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
 * The HTTP health check of one pool.
 */
final class HttpCheck implements HealthCheck {

    private final Request request;
    private final Expectation expectation;
    private final ScheduledExecutorService timer;
    private final AsynchronousChannelGroup group;
    private final LingeringProbes lingeringProbes = new LingeringProbes();

    /** Starts the thread on which all probes run. One thread suffices because probes do not block. */
    HttpCheck(Request request, Expectation expectation, ScheduledExecutorService timer) {
        this.request = request;
        this.expectation = expectation;
        this.timer = timer;
        try {
            this.group = AsynchronousChannelGroup.withFixedThreadPool(1, task -> {
                Thread thread = new Thread(task, "apex-health-http");
                thread.setDaemon(true);
                return thread;
            });
        } catch (IOException e) {
            throw new UncheckedIOException("no resources for health checks: " + e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
        if (!(backend.address() instanceof InetSocketAddress address) || address.isUnresolved()) {
            return completed(HealthResult.unhealthy("not a resolved TCP address: " + backend.address()));
        }
        AsynchronousSocketChannel channel;
        try {
            channel = open();
        } catch (IOException e) {
            // out of file descriptors or memory, or this check is closed; nothing was sent to the backend
            return completed(HealthResult.inconclusive(Probe.reason(e)));
        }
        InetSocketAddress target = request.target(address);
        return new Probe(channel, request.bytes(target), expectation, timeout, lingeringProbes).start(target, timer);
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

    private static CompletionStage<HealthResult> completed(HealthResult result) {
        return CompletableFuture.completedFuture(result);
    }
}
