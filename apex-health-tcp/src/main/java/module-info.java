/**
 * The health check {@code tcp}: a backend is healthy if a TCP connection to it can be opened.
 *
 * <p>The runtime finds the provider as a service. Other health checks use the connections of
 * {@link io.apexproxy.health.probe}.
 */
module io.apexproxy.health.tcp {
    requires transitive io.apexproxy.api;

    exports io.apexproxy.health.probe;

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.tcp.TcpProvider;
}
