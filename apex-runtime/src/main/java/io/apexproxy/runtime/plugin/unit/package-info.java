/**
 * The files of plugins: the entries of the {@code plugins/} directory, their jars, and the module layer of each unit.
 *
 * <p>{@link io.apexproxy.runtime.plugin.unit.PluginDirectory} lists the entries as {@link
 * io.apexproxy.runtime.plugin.unit.PluginUnit}s. {@link io.apexproxy.runtime.plugin.unit.UnitJar} reads a jar, and
 * {@link io.apexproxy.runtime.plugin.unit.UnitLayer} creates the layer. {@link
 * io.apexproxy.runtime.plugin.unit.UnitFiles} counts the users of a unit and closes its jars. {@code PluginExposure}
 * finds files that other users can change. This package does not run code of plugins.
 */
package io.apexproxy.runtime.plugin.unit;
