package io.apexproxy.bench.hostile;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.api.health.HealthResult;
import java.util.concurrent.CompletableFuture;

/** A health check that throws, hangs, or answers nonsense. */
public final class HostileChecking implements HealthCheckProvider {

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public HealthCheck create(Settings settings, PluginContext context) {
        return (backend, timeout) -> switch (Misdeeds.any(7)) {
            case 0 -> Misdeeds.fail();
            case 1 -> null;
            case 2 -> Misdeeds.hang();
            case 3 -> CompletableFuture.completedFuture(null);
            case 4 -> new CompletableFuture<>();
            case 5 -> CompletableFuture.failedFuture(new IllegalStateException(Misdeeds.text()));
            default -> CompletableFuture.completedFuture(HealthResult.unhealthy(Misdeeds.text()));
        };
    }
}
