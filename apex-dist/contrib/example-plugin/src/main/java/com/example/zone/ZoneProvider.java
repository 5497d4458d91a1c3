package com.example.zone;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;

/** Creates the load balancer {@code zone} of a pool from its settings. */
public final class ZoneProvider implements LoadBalancerProvider {
    @Override
    public String name() {
        return "zone";
    }

    @Override
    public String description() {
        return "the backends of a zone, and all backends if too few of these are healthy";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        String prefix = settings.string("prefix");
        int minHealthy = (int) settings.integer("min_healthy", 1, 1_000, 1);
        if (prefix.isBlank()) {
            throw settings.invalid("prefix", "expected the first characters of names, found '" + prefix + "'");
        }
        return new ZoneBalancer(prefix, minHealthy);
    }
}
