/**
 * Creation of the validated records from the tree of a configuration source.
 *
 * <p>{@link io.apexproxy.runtime.config.read.ConfigReader} converts a {@link io.apexproxy.api.config.ConfigTree} to a
 * {@link io.apexproxy.runtime.config.ProxyConfig}, with a reader for each kind of table. Like plugins, it reads tables
 * through {@link io.apexproxy.runtime.config.tree.TreeSettings}, and it continues after each mistake. {@code
 * ForwardingLoopCheck} checks all listeners and pools together.
 */
package io.apexproxy.runtime.config.read;
