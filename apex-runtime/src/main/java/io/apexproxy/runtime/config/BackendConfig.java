package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;

/**
 * A backend, validated.
 *
 * @param name the configured name, or else the address as it was written
 * @param address where to connect
 * @param weight its share of connections; 0: out of rotation, its connections finish
 * @param maxConnections connections at the same time; 0: no limit
 */
public record BackendConfig(String name, Address address, int weight, int maxConnections) {
}
