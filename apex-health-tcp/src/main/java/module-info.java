/**
 * The health check {@code tcp}: a backend is healthy when a TCP connection to it can be made.
 *
 * <p>The runtime finds the provider by its name. Other health checks make their connections with
 * {@link io.apexproxy.health.probe}.
 */
module io.apexproxy.health.tcp {
    requires transitive io.apexproxy.api;

    exports io.apexproxy.health.probe;

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.tcp.TcpProvider;
}
