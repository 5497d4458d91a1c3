/**
 * Plugins: how they are found, kept apart, selected by name, and made and closed as instances.
 *
 * <p>{@link io.apexproxy.runtime.plugin.ProviderRegistry} is the door of the package. It knows the providers that are
 * on Apex's own module path ({@code built-in}) and those of the user's {@code plugins/} directory.
 *
 * <p>Each entry of that directory is a <em>unit</em>: {@code plugins/x.jar}, or {@code plugins/x/} with the plugin's
 * jar and its private libraries. A unit whose module descriptor provides a provider becomes a {@link
 * java.lang.ModuleLayer} of its own; any other gets a class loader of its own that shows it the API, slf4j and the JDK.
 * Either way two units never see each other, so that each may bring its own version of a library, while the API and
 * slf4j are always the host's.
 *
 * <p>The way of a unit: {@code plugin.unit} lists it, opens its jars and makes the layer, {@code PluginLoader} decides
 * between the layer and a class loader, {@code ProviderScan} asks it for providers, {@code Duplicates} refuses names
 * that are taken. What fails on the way harms its own unit only: it becomes a line of {@code apex plugins} with its
 * cause, and a part of the message when the configuration selects something that is not there.
 *
 * <p>A unit that is in use stays as it is, since Java cannot replace a class that runs. {@link
 * io.apexproxy.runtime.plugin.ProviderRegistry#rescan} finds units that were added, unloads those that were replaced or
 * removed and that nothing uses, and loads their replacement.
 */
package io.apexproxy.runtime.plugin;
