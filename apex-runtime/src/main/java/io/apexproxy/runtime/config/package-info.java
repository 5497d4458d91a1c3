/**
 * The validated configuration: the records that the rest of the runtime knows of it.
 *
 * <p>{@link io.apexproxy.runtime.config.ProxyConfig} is the whole. The package {@code config.read} makes it from the
 * tree that a configuration source delivers, {@code config.tree} reads single tables of that tree, and {@code
 * config.address} has the addresses.
 *
 * <p>Equal records mean that nothing changed, which is how a reload finds out what to touch; {@link
 * io.apexproxy.runtime.config.ConfigChange} says it in words.
 */
package io.apexproxy.runtime.config;
