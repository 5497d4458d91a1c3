package io.apexproxy.health.database;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Exchange;
import io.apexproxy.health.probe.ProbeConnections;
import io.apexproxy.health.probe.ProbePort;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The health check of one pool of database servers. */
final class DatabaseCheck implements HealthCheck {

    /** In bytes; most messages of a probe are shorter. */
    private static final int READ_SIZE = 1024;

    private final ProbePort port;
    private final Supplier<Exchange> exchanges;
    private final ProbeConnections connections;

    /**
     * Creates a check.
     *
     * @param exchanges creates the protocol of each probe; thread-safe
     */
    DatabaseCheck(ProbePort port, Supplier<Exchange> exchanges, PluginContext context) {
        this.port = port;
        this.exchanges = exchanges;
        this.connections = new ProbeConnections(context, READ_SIZE);
    }

    @Override
    public CompletionStage<HealthResult> probe(Backend backend, Duration timeout) {
        return connections.probe(backend, port, exchanges.get(), timeout);
    }
}
