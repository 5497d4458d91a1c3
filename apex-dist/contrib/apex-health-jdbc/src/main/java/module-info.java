/**
 * The health check {@code jdbc}: a backend is healthy if a query with a JDBC driver has the expected result.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service. The driver is another jar in the
 * directory of the plugin.
 */
module io.apexproxy.health.jdbc {
    requires io.apexproxy.api;
    requires io.apexproxy.health.tcp; // provided by the host; the texts of results
    requires java.sql;
    requires static com.google.errorprone.annotations; // the compiler reads GuardedBy

    uses java.sql.Driver;

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.jdbc.JdbcProvider;
}
