/**
 * Reading of tables and values of the tree that a configuration source delivers.
 *
 * <p>{@link io.apexproxy.runtime.config.tree.TreeSettings} is the view of a table, for the runtime and for plugins.
 * {@link io.apexproxy.runtime.config.tree.ValueType} is the type of a value. Reading continues after a mistake, so that
 * {@link io.apexproxy.runtime.config.tree.Problems} contains all mistakes, including those that plugins report. {@code
 * Secrets} and {@link io.apexproxy.runtime.config.tree.TomlText} keep passwords and control characters out of messages.
 * The only configuration keys in this package are those in the hints of {@code KeyLocations}.
 */
package io.apexproxy.runtime.config.tree;
