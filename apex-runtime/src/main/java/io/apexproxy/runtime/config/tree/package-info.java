/**
 * Reading of single tables and values of the neutral tree that a configuration source delivers.
 *
 * <p>{@link io.apexproxy.runtime.config.tree.TreeSettings} is the view of one table, for the runtime and for plugins.
 * {@link io.apexproxy.runtime.config.tree.ValueType} defines what a value may be. After a mistake the reader continues,
 * so that {@link io.apexproxy.runtime.config.tree.Problems} holds all of them in the end, those of plugins included.
 * {@code Secrets} and {@link io.apexproxy.runtime.config.tree.TomlText} keep passwords and control characters out of
 * messages. This package knows no key of a configuration but those that {@code KeyLocations} names in hints.
 */
package io.apexproxy.runtime.config.tree;
