/**
 * The health check {@code tcp}: a backend is healthy when a TCP connection to it can be made.
 *
 * <p>Nothing is exported; the runtime finds the provider by its name.
 */
module io.apexproxy.health.tcp {
    requires io.apexproxy.api;

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.tcp.TcpProvider;
}
