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
 * Probes the backends of one pool.
 */
final class TcpCheck implements HealthCheck {

    private final SendExpect dialogue;
    private final ScheduledExecutorService timer;
    private final AsynchronousChannelGroup group;
    private final LingeringClose farewells;
    private final LingeringProbes leaving = new LingeringProbes();

    /**
     * Starts the thread on which all probes run. They never block it, so one is enough; the JDK's default group would
     * do as well, but its threads stay for ever.
     */
    TcpCheck(SendExpect dialogue, ScheduledExecutorService timer) {
        this.dialogue = dialogue;
        this.timer = timer;
        this.farewells = new LingeringClose(timer);
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
            return unhealthy("an address of an unknown kind: " + backend.address());
        }
        if (address.isUnresolved()) {
            return unhealthy("unresolved address: " + address.getHostString());
        }
        AsynchronousSocketChannel channel;
        try {
            channel = open();
        } catch (IOException e) {
            // no backend was asked: out of file descriptors or memory, or this was closed meanwhile
            return CompletableFuture.completedFuture(HealthResult.inconclusive(Reasons.of(e)));
        }
        return new Probe(channel, dialogue, timeout, leaving).start(dialogue.target(address), timer);
    }

    /** Not while the group is shut down, nor after: the JDK never closes the descriptor that it then opens in vain. */
    private synchronized AsynchronousSocketChannel open() throws IOException {
        if (group.isShutdown()) {
            throw new ClosedChannelException();
        }
        return AsynchronousSocketChannel.open(group);
    }

    private CompletionStage<HealthResult> probe(UnixDomainSocketAddress file, Duration timeout) {
        if (dialogue.port() != SendExpect.PORT_OF_BACKEND) {
            return unhealthy("unix:" + file + " has no port: leave port out of the health check");
        }
        try {
            return CompletableFuture.completedFuture(UnixProbe.open(dialogue, timeout).run(file, farewells));
        } catch (IOException e) {
            return CompletableFuture.completedFuture(HealthResult.inconclusive(Reasons.of(e)));
        } catch (UnsupportedOperationException e) {
            return unhealthy("this system has no Unix-domain sockets");
        }
    }

    /** Closes the connections of probes in flight and ends the thread. */
    @Override
    public synchronized void close() {
        farewells.close();
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
