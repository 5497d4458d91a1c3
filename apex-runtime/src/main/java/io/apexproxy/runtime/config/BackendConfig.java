package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.Address;

/**
 * The validated configuration of a backend.
 *
 * @param name the configured name; the address as written if there is none
 * @param address the address to connect to
 * @param weight the share of new connections; 0 takes the backend out of rotation and lets its connections finish
 * @param maxConnections limit of concurrent connections; 0 means no limit
 */
public record BackendConfig(String name, Address address, int weight, int maxConnections) {
}
