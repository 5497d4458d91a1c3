/**
 * Configuration sources: plugins that supply listeners, pools and backends.
 *
 * <p>A source returns a {@link io.apexproxy.api.config.ConfigTree}, which is independent of the format. Each value has
 * its {@link io.apexproxy.api.Origin}. The source checks the syntax only. The runtime validates the tree in the same
 * way for every format and reports problems at these origins.
 */
package io.apexproxy.api.config;
