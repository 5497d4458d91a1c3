/**
 * The health checks {@code mysql}, {@code postgres} and {@code redis}: a backend is healthy if the database server
 * answers in its own protocol that it works.
 *
 * <p>Each protocol is one {@link io.apexproxy.health.probe.Exchange} over the connections of that package.
 *
 * <p>The module exports nothing. The runtime finds the providers as services.
 */
module io.apexproxy.health.database {
    requires io.apexproxy.api;
    requires io.apexproxy.health.tcp; // provided by the host; the connections of probes

    provides io.apexproxy.api.health.HealthCheckProvider with
            io.apexproxy.health.database.MysqlProvider,
            io.apexproxy.health.database.PostgresProvider,
            io.apexproxy.health.database.RedisProvider;
}
