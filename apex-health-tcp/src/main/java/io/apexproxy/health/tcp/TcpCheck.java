package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.ProbeConnections;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The TCP health check of one pool.
 */
final class TcpCheck implements HealthCheck {

    private final SendExpect sendExpect;
    private final ProbeConnections connections;

    TcpCheck(SendExpect sendExpect, PluginContext context) {
        this.sendExpect = sendExpect;
        this.connections = new ProbeConnections(context, sendExpect.newReceiveBuffer().capacity());
    }

    @Override
    public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
        if (backend.address() instanceof UnixDomainSocketAddress file) {
            return sendExpect.port() == SendExpect.PORT_OF_BACKEND ? probe(backend, file, timeout)
                    : unhealthy("unix:" + file + " has no port: leave port out of the health check");
        }
        if (!(backend.address() instanceof InetSocketAddress address)) {
            return unhealthy("unsupported kind of address: " + backend.address());
        }
        if (address.isUnresolved()) {
            return unhealthy("unresolved address: " + address.getHostString());
        }
        return probe(backend, sendExpect.target(address), timeout);
    }

    private CompletionStage<HealthResult> probe(Backend backend, SocketAddress target, Duration timeout) {
        return connections.probe(backend, target, new SendExpectExchange(sendExpect), timeout);
    }

    private static CompletionStage<HealthResult> unhealthy(String reason) {
        return CompletableFuture.completedFuture(HealthResult.unhealthy(reason));
    }
}
