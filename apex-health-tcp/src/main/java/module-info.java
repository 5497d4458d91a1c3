/**
 * The health check {@code tcp}: a backend is healthy if a TCP connection to it can be opened.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.health.tcp {
    requires io.apexproxy.api;

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.tcp.TcpProvider;
}
