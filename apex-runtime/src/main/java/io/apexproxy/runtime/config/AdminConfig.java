package io.apexproxy.runtime.config;

/**
 * The admin endpoint, validated.
 *
 * @param address where it listens; port 0: any free one
 */
public record AdminConfig(HostPort address) {
}
