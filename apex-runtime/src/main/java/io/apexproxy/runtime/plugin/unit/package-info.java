/**
 * The files of plugins: the entries of the {@code plugins/} directory, their jars, and the module layer of each.
 *
 * <p>{@link io.apexproxy.runtime.plugin.unit.PluginDirectory} lists the entries as {@link
 * io.apexproxy.runtime.plugin.unit.PluginUnit}s, {@link io.apexproxy.runtime.plugin.unit.UnitJar} opens a jar, and
 * {@link io.apexproxy.runtime.plugin.unit.UnitLayer} makes the layer after all checks. {@link
 * io.apexproxy.runtime.plugin.unit.UnitFiles} counts the users of a unit and closes its jars. {@code PluginExposure}
 * finds files that other users could change. No code of a plugin runs here.
 */
package io.apexproxy.runtime.plugin.unit;
