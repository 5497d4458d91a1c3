package io.apexproxy.health.http;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.ProbeConnections;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The HTTP health check of one pool.
 */
final class HttpCheck implements HealthCheck {

    /** In bytes; enough for most responses to probes. */
    private static final int READ_SIZE = 4096;

    private final Request request;
    private final Expectation expectation;
    private final ProbeConnections connections;

    HttpCheck(Request request, Expectation expectation, PluginContext context) {
        this.request = request;
        this.expectation = expectation;
        this.connections = new ProbeConnections(context, READ_SIZE);
    }

    @Override
    public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
        if (!(backend.address() instanceof InetSocketAddress address) || address.isUnresolved()) {
            return CompletableFuture.completedFuture(
                    HealthResult.unhealthy("not a resolved TCP address: " + backend.address()));
        }
        InetSocketAddress target = request.target(address);
        return connections.probe(backend, target, new HttpExchange(request.bytes(target), expectation), timeout);
    }
}
