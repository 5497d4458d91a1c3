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
 * Probes the backends of one pool.
 */
final class TcpCheck implements HealthCheck {

    private final SendExpect dialogue;
    private final ProbeConnections connections;
    private final LingeringClose farewells;

    TcpCheck(SendExpect dialogue, ScheduledExecutorService timer) {
        this.dialogue = dialogue;
        this.connections = new ProbeConnections("apex-health-tcp", dialogue.room().capacity(), timer);
        this.farewells = new LingeringClose(timer);
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
        return connections.probe(dialogue.target(address), new SendExpectExchange(dialogue), timeout);
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

    @Override
    public void close() {
        farewells.close();
        connections.close();
    }

    private static CompletionStage<HealthResult> unhealthy(String reason) {
        return CompletableFuture.completedFuture(HealthResult.unhealthy(reason));
    }
}
