/**
 * The health check {@code http}: a backend is healthy if its response to an HTTP request is as expected.
 *
 * <p>The module implements HTTP/1.1 over the connections of {@link io.apexproxy.health.probe}. The HTTP client of the
 * JDK does not allow a custom {@code Host} header, keeps connections open between probes, and has its own threads.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.health.http {
    requires io.apexproxy.api;
    requires io.apexproxy.health.tcp; // provided by the host; the connections of probes

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.http.HttpProvider;
}
