package io.apexproxy.runtime.pool.health;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.HealthCheckConfig;
import java.util.concurrent.CompletableFuture;

/**
 * Provides the health check {@code none}: backends are not probed and are always in rotation.
 *
 * <p>{@link BackendProber} knows its name and never calls it. It is a provider so that it is selected, listed and
 * checked for unknown settings like all others.
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
