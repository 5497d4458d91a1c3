/**
 * Configuration sources: where listeners, pools and backends come from.
 *
 * <p>A source delivers a neutral {@link io.apexproxy.api.config.ConfigTree}, each value with its
 * {@link io.apexproxy.api.Origin}. It knows syntax, not meaning: the runtime validates the tree, whatever the format,
 * and reports mistakes at the places that the source gave.
 */
package io.apexproxy.api.config;
