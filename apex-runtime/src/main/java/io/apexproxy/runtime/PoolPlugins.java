package io.apexproxy.runtime;

import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.plugin.PluginInstance;

/**
 * The plugins that serve a pool.
 *
 * @param balancer which picks
 * @param check which probes
 */
record PoolPlugins(PluginInstance<LoadBalancer> balancer, PluginInstance<HealthCheck> check) {
}
