package io.apexproxy.health.probe;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.health.HealthResult;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The connections of the probes of one health check. Thread-safe; does not block. The runtime closes the connections
 * after it has closed the health check.
 *
 * @since 0.2
 */
public final class ProbeConnections {

    private final PluginContext context;
    private final int readSize;

    /**
     * Creates the connections of a health check.
     *
     * @param context the context of the health check, which opens the connections and runs the probes
     * @param readSize the size of the receive buffer of a probe, in bytes; responses can be longer
     */
    public ProbeConnections(PluginContext context, int readSize) {
        this.context = context;
        this.readSize = readSize;
    }

    /**
     * Probes a backend once, at the given port of its host. Otherwise like
     * {@link #probe(Backend, SocketAddress, Exchange, Duration)}.
     *
     * @param backend the backend
     * @param port the port; a backend with a Unix-domain socket has none
     * @param exchange the protocol, an instance for this probe only
     * @param timeout the maximum time of the probe
     * @return the future result; unhealthy if the backend has no resolved address or no port
     */
    public CompletionStage<HealthResult> probe(Backend backend, ProbePort port, Exchange exchange, Duration timeout) {
        return port.mistake(backend)
                .<CompletionStage<HealthResult>>map(
                        reason -> CompletableFuture.completedFuture(HealthResult.unhealthy(reason)))
                .orElseGet(() -> probe(backend, port.addressOf(backend), exchange, timeout));
    }

    /**
     * Probes a backend once, over {@link PluginContext#connect(Backend, SocketAddress, Duration)}.
     *
     * @param backend the backend
     * @param address the resolved address to connect to, usually that of the backend
     * @param exchange the protocol, an instance for this probe only
     * @param timeout the maximum time of the probe
     * @return the future result; inconclusive if there is no thread left, or the health check is closed. Completes
     *     exceptionally if the connection cannot be opened
     */
    public CompletionStage<HealthResult> probe(Backend backend, SocketAddress address, Exchange exchange,
            Duration timeout) {
        return new ProbeConnection(context.executor(), exchange, readSize, timeout)
                .start(() -> context.connect(backend, address, timeout));
    }
}
