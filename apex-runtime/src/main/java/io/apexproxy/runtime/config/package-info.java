/**
 * From the neutral tree that a configuration source delivers to validated values.
 *
 * <p>{@code ConfigReader} turns a {@link io.apexproxy.api.config.ConfigTree} into a {@code ProxyConfig} and collects all
 * mistakes on the way. The records here are what the rest of the runtime knows of the configuration; equal records mean
 * that nothing changed, which is how a reload finds out what to touch.
 */
package io.apexproxy.runtime.config;
