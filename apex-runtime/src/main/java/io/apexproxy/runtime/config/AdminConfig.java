package io.apexproxy.runtime.config;

import io.apexproxy.runtime.config.address.HostPort;

/**
 * The validated configuration of the admin endpoint.
 *
 * @param address the listening address; port 0 selects any free port
 */
public record AdminConfig(HostPort address) {
}
