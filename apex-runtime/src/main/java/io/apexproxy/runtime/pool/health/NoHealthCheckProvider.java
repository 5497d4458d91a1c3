package io.apexproxy.runtime.pool.health;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.HealthCheckConfig;
import java.util.concurrent.CompletableFuture;

/**
 * The provider of the health check {@code none}: backends are not probed and are always in rotation.
 *
 * <p>{@link BackendProber} recognizes the name and never calls the health check. The provider exists so that {@code
 * none} is selected, listed and checked for unknown settings like all other health checks.
 */
public final class NoHealthCheckProvider implements HealthCheckProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public NoHealthCheckProvider() {
    }

    @Override
    public String name() {
        return HealthCheckConfig.NONE;
    }

    @Override
    public String description() {
        return "no probes: all backends are always in rotation";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        return (backend, timeout) -> CompletableFuture.completedFuture(HealthResult.healthy());
    }
}
