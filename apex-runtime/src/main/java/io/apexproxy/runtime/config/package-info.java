/**
 * From the neutral tree that a configuration source delivers to validated values.
 *
 * <p>{@link io.apexproxy.runtime.config.ConfigReader} turns a {@link io.apexproxy.api.config.ConfigTree} into a
 * {@link io.apexproxy.runtime.config.ProxyConfig}. It reads tables through
 * {@link io.apexproxy.runtime.config.TreeSettings}, as plugins do, and on after every mistake, so that
 * {@link io.apexproxy.runtime.config.Problems} holds all of them in the end, those of plugins included.
 *
 * <p>The records here are what the rest of the runtime knows of the configuration. Equal records mean that nothing
 * changed, which is how a reload finds out what to touch; {@link io.apexproxy.runtime.config.ConfigChange} says it in
 * words.
 */
package io.apexproxy.runtime.config;
