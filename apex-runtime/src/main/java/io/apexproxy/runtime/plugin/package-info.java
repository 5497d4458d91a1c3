/**
 * Plugins: discovery, isolation, selection by name, and creation and closing of instances.
 *
 * <p>{@link io.apexproxy.runtime.plugin.ProviderRegistry} is the entry point of the package. It contains the providers
 * on Apex's own module path ({@code built-in}) and those in the {@code plugins/} directory.
 *
 * <p>Each entry of the directory is a <em>unit</em>: {@code plugins/x.jar}, or {@code plugins/x/} with the jar of the
 * plugin and its private libraries. A unit whose module descriptor provides a provider has its own {@link
 * java.lang.ModuleLayer}. Any other unit has its own class loader, whose parent shows only the API, slf4j and the JDK.
 * Units cannot access each other, so each can contain its own version of a library. The API and slf4j are always those
 * of the host.
 *
 * <p>The path of a unit: {@code plugin.unit} lists it, opens its jars and creates the layer. {@code PluginLoader}
 * chooses between a layer and a class loader. {@code ProviderScan} finds the providers. {@code Duplicates} refuses
 * names that are in use. A failure affects only its own unit. {@code apex plugins} shows the cause, and so does the
 * error message when the configuration selects an unknown provider.
 *
 * <p>A unit in use is not replaced, because Java cannot replace a running class. {@link
 * io.apexproxy.runtime.plugin.ProviderRegistry#rescan} loads new units, unloads units that were replaced or removed and
 * are not in use, and loads their replacements.
 */
package io.apexproxy.runtime.plugin;
