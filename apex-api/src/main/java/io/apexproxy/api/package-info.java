/**
 * What all kinds of plugin share: how a provider is named, how it reads its settings, what it is told about
 * backends and connections, and how it reports a mistake in the configuration with its place.
 *
 * <p>The life of a plugin: the runtime finds the {@link io.apexproxy.api.Provider} with {@code ServiceLoader}, once per
 * process. For each table of the configuration that names it, the runtime calls the provider's {@code create} with that
 * table's {@link io.apexproxy.api.Settings}; what it returns works until the table changes or goes away, then it is
 * closed.
 */
package io.apexproxy.api;
