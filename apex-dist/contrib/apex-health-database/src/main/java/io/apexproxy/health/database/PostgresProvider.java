package io.apexproxy.health.database;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.health.probe.ProbePort;
import java.util.Optional;

/**
 * The provider of the health check {@code postgres}.
 *
 * <p>Settings, all optional:
 * <ul>
 * <li>{@code port}: the port to probe on the host of the backend, 1 to 65535, instead of the port of the backend
 * <li>{@code user}: the name of a user; the probe then requests a session and is healthy if the server accepts the user
 *     or requests authentication
 * <li>{@code database}: the database of the session; that of the user's name by default
 * </ul>
 *
 * @since 0.2
 */
public final class PostgresProvider implements HealthCheckProvider {

    /** Creates the provider. */
    public PostgresProvider() {
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public String description() {
        return "healthy if a PostgreSQL server answers, and optionally accepts sessions";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        ProbePort port = ProbePort.from(settings);
        Optional<String> user = ServerNames.optional(settings, "user");
        Optional<String> database = ServerNames.optional(settings, "database");
        if (user.isEmpty() && database.isPresent()) {
            throw settings.invalid("database", "needs user");
        }
        return new DatabaseCheck(port, () -> user
                .map(name -> PostgresExchange.ofSession(name, database))
                .orElseGet(PostgresExchange::ofTlsRequest), context);
    }
}
