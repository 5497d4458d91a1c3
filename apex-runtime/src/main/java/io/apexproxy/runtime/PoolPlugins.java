package io.apexproxy.runtime;

import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.Optional;

/**
 * The plugins of a pool.
 *
 * @param balancer picks backends
 * @param check probes backends
 * @param source finds backends; empty: the configuration has them all
 */
record PoolPlugins(PluginInstance<LoadBalancer> balancer, PluginInstance<HealthCheck> check,
        Optional<PluginInstance<BackendSource>> source) {
}
