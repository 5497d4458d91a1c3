/**
 * Tests of plugins, most of them with real jars that {@code PluginJar} compiles. {@code InModuleLayer} runs test
 * methods against the runtime as a named module, as in the distribution. {@code Loaded} contains a registry as the user
 * sees it.
 */
package io.apexproxy.runtime.plugin;
