package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.ProbeConnections;
import io.apexproxy.health.probe.Reasons;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The TCP health check of one pool.
 */
final class TcpCheck implements HealthCheck {

    private final SendExpect sendExpect;
    private final ProbeConnections connections;
    private final LingeringClose lingeringClose;

    TcpCheck(SendExpect sendExpect, ScheduledExecutorService timer) {
        this.sendExpect = sendExpect;
        this.connections = new ProbeConnections("apex-health-tcp", sendExpect.newReceiveBuffer().capacity(), timer);
        this.lingeringClose = new LingeringClose(timer);
    }

    @Override
    public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
        if (backend.address() instanceof UnixDomainSocketAddress file) {
            return probe(backend, file, timeout);
        }
        if (!(backend.address() instanceof InetSocketAddress address)) {
            return unhealthy("unsupported kind of address: " + backend.address());
        }
        if (address.isUnresolved()) {
            return unhealthy("unresolved address: " + address.getHostString());
        }
        return connections.probe(backend, sendExpect.target(address), new SendExpectExchange(sendExpect), timeout);
    }

    private CompletionStage<HealthResult> probe(Backend backend, UnixDomainSocketAddress file, Duration timeout) {
        if (sendExpect.port() != SendExpect.PORT_OF_BACKEND) {
            return unhealthy("unix:" + file + " has no port: leave port out of the health check");
        }
        try {
            return CompletableFuture
                    .completedFuture(UnixProbe.open(backend, sendExpect, timeout).run(file, lingeringClose));
        } catch (IOException e) {
            return CompletableFuture.completedFuture(HealthResult.inconclusive(Reasons.of(e)));
        } catch (UnsupportedOperationException e) {
            return unhealthy("Unix-domain sockets are not supported on this system");
        }
    }

    @Override
    public void close() {
        lingeringClose.close();
        connections.close();
    }

    private static CompletionStage<HealthResult> unhealthy(String reason) {
        return CompletableFuture.completedFuture(HealthResult.unhealthy(reason));
    }
}
