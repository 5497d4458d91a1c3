package io.apexproxy.runtime.plugin;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.Provider;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.plugin.unit.PluginDirectory;
import io.apexproxy.runtime.plugin.unit.PluginUnit;
import io.apexproxy.runtime.plugin.unit.ProviderKind;
import io.apexproxy.runtime.plugin.unit.UnitFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers that can be selected, and the causes for units and providers that were not loaded.
 *
 * <p>Immutable, so thread-safe: {@link #rescan} returns another registry.
 */
public final class ProviderRegistry {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private final Optional<PluginDirectory> directory;
    private final PluginLoader loader;
    private final BackendConnector connector;
    /** The entries of the directory at the last scan. */
    private final List<PluginUnit> scanned;
    /** The messages about files that other users could change at the last scan. */
    private final List<String> exposures;
    /** The loaded units, including the built-in providers. */
    private final List<LoadedUnit> units;

    private ProviderRegistry(Optional<PluginDirectory> directory, PluginLoader loader, BackendConnector connector,
            List<PluginUnit> scanned, List<String> exposures, List<LoadedUnit> units) {
        this.directory = directory;
        this.loader = loader;
        this.connector = connector;
        this.scanned = scanned;
        this.exposures = exposures;
        this.units = List.copyOf(units);
    }

    /**
     * Creates a registry of a fixed set of providers, for tests.
     *
     * @param providers the providers, with distinct names within a kind
     * @return a registry whose {@link #rescan} changes nothing
     * @throws IllegalArgumentException if a provider's name is not valid or not unique
     */
    public static ProviderRegistry of(Provider... providers) {
        ProviderScan scan = new ProviderScan(RegisteredProvider.BUILT_IN, type -> true, new UnitFiles());
        for (Provider provider : providers) {
            Arrays.stream(ProviderKind.values()).filter(kind -> kind.type().isInstance(provider))
                    .forEach(kind -> scan.register(kind, provider));
        }
        List<LoadedUnit> units = Duplicates.refuse(List.of(), List.of(scan.result()));
        units.stream().flatMap(unit -> unit.refused().stream()).findFirst().ifPresent(refused -> {
            throw new IllegalArgumentException(refused.cause());
        });
        return new ProviderRegistry(Optional.empty(), new PluginLoader(hostLayer()), BackendConnector.NONE,
                List.of(), List.of(), units);
    }

    /**
     * Finds the built-in providers and loads the units of a directory, which need not exist. The cause of each failure
     * is logged and becomes part of {@link #listing}.
     */
    public static ProviderRegistry load(Path pluginsDirectory) {
        List<LoadedUnit> builtIn = Duplicates.refuse(List.of(), List.of(builtIn()));
        log(builtIn);
        return new ProviderRegistry(Optional.of(new PluginDirectory(pluginsDirectory)), new PluginLoader(hostLayer()),
                BackendConnector.NONE, List.of(), List.of(), builtIn).rescan();
    }

    private static LoadedUnit builtIn() {
        ProviderScan scan = new ProviderScan(RegisteredProvider.BUILT_IN, type -> true, new UnitFiles());
        Module runtime = ProviderRegistry.class.getModule();
        scan.run(service -> runtime.isNamed()
                ? ServiceLoader.load(runtime.getLayer(), service)
                : ServiceLoader.load(service, ProviderRegistry.class.getClassLoader()));
        return scan.result();
    }

    private static ModuleLayer hostLayer() {
        return Optional.ofNullable(ProviderRegistry.class.getModule().getLayer()).orElse(ModuleLayer.boot());
    }

    /** Returns a registry with the same providers, whose new instances connect to backends with this connector. */
    public ProviderRegistry withConnector(BackendConnector next) {
        return new ProviderRegistry(directory, loader, next, scanned, exposures, units);
    }

    /**
     * Scans the directory again. Loads new units, and units that failed before.
     *
     * <p>A unit whose files were replaced or removed is unloaded if it is not in use. Afterwards, this registry refuses
     * to create instances of it. A unit in use is kept, with the same providers, until a later scan finds it unused;
     * this is logged once.
     *
     * @return the registry after the scan; this one if nothing changed
     */
    public ProviderRegistry rescan() {
        List<PluginUnit> now = directory.map(plugins -> plugins.units(scanned)).orElse(List.of());
        List<String> exposed = directory.map(plugins -> plugins.exposures(now)).orElse(List.of());
        exposed.stream().filter(message -> !exposures.contains(message)).forEach(LOG::warn);
        List<LoadedUnit> loaded = units.stream().filter(LoadedUnit::isLoaded).toList();
        List<LoadedUnit> kept = loaded.stream().filter(unit -> !unit.unloadIfReplaced(now)).toList();
        if (now.equals(scanned) && exposed.equals(exposures) && kept.size() == loaded.size()) {
            return this;
        }
        logStale(kept, now);
        Set<String> keptOrigins = kept.stream().map(LoadedUnit::origin).collect(Collectors.toSet());
        List<LoadedUnit> added = Duplicates.refuse(kept,
                now.stream().filter(unit -> !keptOrigins.contains(unit.origin())).map(loader::load).toList());
        added.stream().filter(unit -> !unit.isLoaded()).forEach(unit -> unit.files().closeIfUnused());
        log(added);
        return new ProviderRegistry(directory, loader, connector, now, exposed,
                Stream.concat(kept.stream(), added.stream()).toList());
    }

    private void logStale(List<LoadedUnit> kept, List<PluginUnit> now) {
        Map<String, PluginUnit> before = byOrigin(scanned);
        Map<String, PluginUnit> after = byOrigin(now);
        for (LoadedUnit unit : kept) {
            String origin = unit.origin();
            Optional<PluginUnit> current = Optional.ofNullable(after.get(origin));
            if (!current.equals(Optional.ofNullable(before.get(origin)))) {
                LOG.warn("{}: was {} while in use; the loaded version is kept until it is unused or Apex restarts",
                        CleanText.piece(origin), current.isPresent() ? "replaced" : "removed");
            }
        }
    }

    private static Map<String, PluginUnit> byOrigin(List<PluginUnit> units) {
        return units.stream().collect(Collectors.toMap(PluginUnit::origin, Function.identity()));
    }

    private static void log(List<LoadedUnit> added) {
        for (LoadedUnit unit : added) {
            unit.refused().forEach(refused -> LOG.warn("{}: {}: not loaded", refused.origin(), refused.cause()));
            unit.providers().stream().filter(provider -> !provider.isBuiltIn())
                    .forEach(provider -> LOG.info("Loaded {}", provider.label()));
        }
    }

    /** Lists the loaded providers by kind and name, and then the units and providers that were not loaded. */
    public List<PluginListing> listing() {
        return units.stream().flatMap(LoadedUnit::listings).sorted(PluginListing.ORDER).toList();
    }

    /**
     * Creates an instance of the plugin that the configuration selects.
     *
     * <p>Calls the provider on a thread with the context class loader of the plugin. Blocks until the provider returns,
     * for at most 10 seconds. Closes the instance if a problem is found after its creation or the provider returns too
     * late.
     *
     * @param <P> the kind of provider
     * @param <T> the type of the plugin
     * @param kind the kind of provider, such as {@code LoadBalancerProvider.class}
     * @param selection the part of the configuration that selects the provider
     * @param baseDirectory the directory of the configuration file, to which paths are relative
     * @param creation the method of the provider, such as {@code LoadBalancerProvider::create}
     * @return the instance, to be closed by the caller
     * @throws ConfigException with all problems: if there is no such provider, if it refuses its settings or leaves
     *     some unread, or if it fails in any other way
     */
    public <P extends Provider, T extends AutoCloseable> PluginInstance<T> create(
            Class<P> kind, ProviderConfig selection, Path baseDirectory, CreateMethod<P, T> creation) {
        ProviderKind of = ProviderKind.of(kind);
        List<RegisteredProvider> available = available(of);
        RegisteredProvider registered = available.stream()
                .filter(provider -> provider.name().equals(selection.provider())).findFirst()
                .orElseThrow(() -> unknown(of, selection, available));
        return new InstanceFactory<>(registered, kind, creation, connector, GuardedCall.TIME_LIMIT)
                .create(selection, baseDirectory);
    }

    /** Returns the built-in providers by name, then the others by name. */
    private List<RegisteredProvider> available(ProviderKind kind) {
        return units.stream().flatMap(unit -> unit.providers().stream()).filter(provider -> provider.kind() == kind)
                .sorted(Comparator.comparing((RegisteredProvider provider) -> !provider.isBuiltIn())
                        .thenComparing(RegisteredProvider::name))
                .toList();
    }

    private ConfigException unknown(ProviderKind kind, ProviderConfig selection, List<RegisteredProvider> available) {
        List<String> names = available.stream().map(RegisteredProvider::name).toList();
        String guess = Problems.didYouMean(selection.provider(), names);
        String choices = CleanText.list(available.stream()
                .map(provider -> provider.name() + (provider.isBuiltIn() ? "" : " (" + provider.origin() + ")"))
                .toList());
        List<String> causes = new ArrayList<>();
        units.forEach(unit -> unit.refused().forEach(refused -> causes.add(refused.origin() + ": " + refused.cause())));
        return Problems.exception(selection.origin(), selection.path() + ": no provider '"
                + CleanText.piece(selection.provider()) + "'" + guess + "; available: "
                + (choices.isEmpty() ? "none" : choices)
                + (causes.isEmpty() ? "" : "; not loaded: " + String.join("; ", CleanText.named(causes)))
                + (guess.isEmpty() && causes.isEmpty() ? contribHint(kind, selection) : ""));
    }

    private String contribHint(ProviderKind kind, ProviderConfig selection) {
        return directory.map(plugins -> ContribPlugins.hint(kind, selection.provider(), plugins.path().toString()))
                .orElse("");
    }
}
