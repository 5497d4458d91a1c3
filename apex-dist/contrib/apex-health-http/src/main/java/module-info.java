/**
 * The health check {@code http}: a backend is healthy if its response to an HTTP request is as expected.
 *
 * <p>The module implements HTTP/1.1 over asynchronous channels. The HTTP client of the JDK does not allow a custom
 * {@code Host} header, keeps connections open between probes, and has its own threads.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.health.http {
    requires io.apexproxy.api;

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.http.HttpProvider;
}
