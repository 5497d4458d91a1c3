package io.apexproxy.health.tcp;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.ProbeConnections;
import java.time.Duration;
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
        return connections.probe(backend, sendExpect.port(), new SendExpectExchange(sendExpect), timeout);
    }
}
