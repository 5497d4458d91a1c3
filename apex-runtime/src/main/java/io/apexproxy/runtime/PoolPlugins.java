package io.apexproxy.runtime;

import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.plugin.PluginInstance;

/**
 * The plugins of a pool.
 *
 * @param balancer picks backends
 * @param check probes backends
 */
record PoolPlugins(PluginInstance<LoadBalancer> balancer, PluginInstance<HealthCheck> check) {
}
