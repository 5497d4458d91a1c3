/**
 * The types that all kinds of plugin share: named providers, their settings, backends and connections, and
 * configuration problems with their origin.
 *
 * <p>Life cycle of a plugin: the runtime finds the {@link io.apexproxy.api.Provider} with {@code ServiceLoader}, once
 * per process. For each table of the configuration that names the provider, the runtime calls its {@code create} with
 * the {@link io.apexproxy.api.Settings} of that table. The instance returned is used until the table changes or is
 * removed; then the runtime closes it.
 */
package io.apexproxy.api;
