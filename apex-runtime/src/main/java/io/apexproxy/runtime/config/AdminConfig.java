package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.HostPort;

/**
 * The admin endpoint, validated.
 *
 * @param address where it listens; port 0: any free one
 */
public record AdminConfig(HostPort address) {
}
