/**
 * From the neutral tree that a configuration source delivers to the validated records.
 *
 * <p>{@link io.apexproxy.runtime.config.read.ConfigReader} turns a {@link io.apexproxy.api.config.ConfigTree} into a
 * {@link io.apexproxy.runtime.config.ProxyConfig}, with one reader for each kind of table. It reads tables through
 * {@link io.apexproxy.runtime.config.tree.TreeSettings}, as plugins do, and continues after each mistake.
 * {@code ForwardingLoopCheck} looks at all listeners and pools together.
 */
package io.apexproxy.runtime.config.read;
