package io.apexproxy.health.database;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.health.probe.ProbePort;
import java.util.Optional;

/**
 * The provider of the health check {@code mysql}, for MariaDB and MySQL.
 *
 * <p>Settings, both optional:
 * <ul>
 * <li>{@code port}: the port to probe on the host of the backend, 1 to 65535, instead of the port of the backend
 * <li>{@code user}: a user without password, who has to be able to log in. By default the probe logs in without a user
 *     name, and a server that denies access is healthy
 * </ul>
 *
 * @since 0.2
 */
public final class MysqlProvider implements HealthCheckProvider {

    /** Creates the provider. */
    public MysqlProvider() {
    }

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public String description() {
        return "healthy if a MariaDB or MySQL server greets and answers a login";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        ProbePort port = ProbePort.from(settings);
        Optional<String> user = ServerNames.optional(settings, "user");
        return new DatabaseCheck(port, () -> new MysqlExchange(user), context);
    }
}
