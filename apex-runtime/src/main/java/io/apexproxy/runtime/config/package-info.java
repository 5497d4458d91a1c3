/**
 * Records of the validated configuration, for the rest of the runtime.
 *
 * <p>{@link io.apexproxy.runtime.config.ProxyConfig} is the root. The package {@code config.read} creates it from the
 * tree of a configuration source, {@code config.tree} reads single tables of that tree, and {@code config.address}
 * contains the addresses.
 *
 * <p>A reload compares records: equal records mean that nothing has changed. {@link
 * io.apexproxy.runtime.config.ConfigChange} formats the difference for the log.
 */
package io.apexproxy.runtime.config;
