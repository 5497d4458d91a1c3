/**
 * Tests of finding plugins, each with real jars, which {@code PluginJar} compiles and packs out of a few lines. {@code
 * InModuleLayer} runs the test methods against the runtime as a named module, as in the distribution; {@code Loaded}
 * tells what was found in the words in which the user sees it, {@code LogLines} what was logged.
 */
package io.apexproxy.runtime.plugin;
