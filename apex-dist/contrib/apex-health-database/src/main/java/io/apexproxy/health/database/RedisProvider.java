package io.apexproxy.health.database;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.health.probe.ProbePort;

/**
 * The provider of the health check {@code redis}. Its only setting is {@code port}: the port to probe on the host of
 * the backend instead of the port of the backend.
 *
 * @since 0.2
 */
public final class RedisProvider implements HealthCheckProvider {

    /** Creates the provider. */
    public RedisProvider() {
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String description() {
        return "healthy if a Redis server answers PING";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        return new DatabaseCheck(ProbePort.from(settings), RedisExchange::new, context);
    }
}
