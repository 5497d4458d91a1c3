/**
 * The health check {@code http}: a backend is healthy when it answers an HTTP request as expected.
 *
 * <p>It speaks HTTP/1.1 over asynchronous channels itself: the JDK's HTTP client reserves the {@code Host} header for
 * itself, keeps connections open between probes, and brings threads of its own.
 *
 * <p>Nothing is exported; the runtime finds the provider by its name.
 */
module io.apexproxy.health.http {
    requires io.apexproxy.api;
    requires io.apexproxy.health.tcp; // the host's: connections of probes

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.http.HttpProvider;
}
