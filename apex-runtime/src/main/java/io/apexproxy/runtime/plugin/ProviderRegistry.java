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
 * All providers by kind and name, and what could not become one.
 *
 * <p>Immutable: {@link #rescan} returns another registry. May be used from any thread.
 */
public final class ProviderRegistry {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private final Optional<PluginDirectory> directory;
    private final PluginLoader loader;
    /** The directory as it was when it was read last. */
    private final List<PluginUnit> seen;
    /** Which of it other users could change then. */
    private final List<String> exposures;
    /** What came out of it, and what is built in. */
    private final List<LoadedUnit> units;

    private ProviderRegistry(Optional<PluginDirectory> directory, PluginLoader loader, List<PluginUnit> seen,
            List<String> exposures, List<LoadedUnit> units) {
        this.directory = directory;
        this.loader = loader;
        this.seen = seen;
        this.exposures = exposures;
        this.units = List.copyOf(units);
    }

    /**
     * Makes a registry of a fixed set of providers, for tests.
     *
     * @param providers the providers, with distinct names within a kind
     * @return a registry that a {@link #rescan} does not change
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
        return new ProviderRegistry(Optional.empty(), new PluginLoader(hostLayer()), List.of(), List.of(),
                units);
    }

    /**
     * Finds the providers that are built in and loads the units of a directory. What cannot be loaded is logged, and
     * becomes part of {@link #listing}.
     *
     * @param pluginsDirectory the user's plugins; it need not exist
     * @return the registry
     */
    public static ProviderRegistry load(Path pluginsDirectory) {
        List<LoadedUnit> builtIn = Duplicates.refuse(List.of(), List.of(builtIn()));
        log(builtIn);
        return new ProviderRegistry(Optional.of(new PluginDirectory(pluginsDirectory)), new PluginLoader(hostLayer()),
                List.of(), List.of(), builtIn).rescan();
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

    /**
     * Looks for units that were added to the directory, and tries again those that failed.
     *
     * <p>A unit whose files were replaced or removed is unloaded if no instance of it is left; its providers in this
     * registry are refused from then on. One that is in use stays, with the same providers, until a rescan finds it
     * unused; that is logged once.
     *
     * @return a registry with what is there now; this one if nothing changed
     */
    public ProviderRegistry rescan() {
        List<PluginUnit> now = directory.map(PluginDirectory::units).orElse(List.of());
        List<String> exposed = directory.map(place -> place.exposures(now)).orElse(List.of());
        exposed.stream().filter(message -> !exposures.contains(message)).forEach(LOG::warn);
        List<LoadedUnit> loaded = units.stream().filter(LoadedUnit::isLoaded).toList();
        List<LoadedUnit> staying = loaded.stream().filter(unit -> !unit.unloadIfGone(now)).toList();
        if (now.equals(seen) && exposed.equals(exposures) && staying.size() == loaded.size()) {
            return this;
        }
        reportStale(staying, now);
        Set<String> stayingOrigins = staying.stream().map(LoadedUnit::origin).collect(Collectors.toSet());
        List<LoadedUnit> arriving = Duplicates.refuse(staying,
                now.stream().filter(unit -> !stayingOrigins.contains(unit.origin())).map(loader::load).toList());
        arriving.stream().filter(unit -> !unit.isLoaded()).forEach(unit -> unit.files().closeIfUnused());
        log(arriving);
        return new ProviderRegistry(directory, loader, now, exposed,
                Stream.concat(staying.stream(), arriving.stream()).toList());
    }

    private void reportStale(List<LoadedUnit> staying, List<PluginUnit> now) {
        Map<String, PluginUnit> before = byOrigin(seen);
        Map<String, PluginUnit> after = byOrigin(now);
        for (LoadedUnit unit : staying) {
            String origin = unit.origin();
            Optional<PluginUnit> current = Optional.ofNullable(after.get(origin));
            if (!current.equals(Optional.ofNullable(before.get(origin)))) {
                LOG.warn("{}: was {} while in use: what was loaded from it stays until nothing uses it or Apex"
                        + " restarts", CleanText.piece(origin), current.isPresent() ? "replaced" : "removed");
            }
        }
    }

    private static Map<String, PluginUnit> byOrigin(List<PluginUnit> units) {
        return units.stream().collect(Collectors.toMap(PluginUnit::origin, Function.identity()));
    }

    private static void log(List<LoadedUnit> arriving) {
        for (LoadedUnit unit : arriving) {
            unit.refused().forEach(refused -> LOG.warn("{}: {}: not loaded", refused.origin(), refused.cause()));
            unit.providers().stream().filter(provider -> !provider.isBuiltIn())
                    .forEach(provider -> LOG.info("Loaded {}", provider.label()));
        }
    }

    /**
     * Lists everything that can be selected and everything that cannot.
     *
     * @return sorted by kind and name; what cannot be selected comes last
     */
    public List<PluginListing> listing() {
        return units.stream().flatMap(LoadedUnit::listings).sorted(PluginListing.ORDER).toList();
    }

    /**
     * Makes an instance of the plugin that the configuration selects.
     *
     * <p>Calls the provider on a thread whose context class loader is the plugin's; blocks as long as the provider
     * does, but for 10 seconds at most. If a problem is found after the provider made an instance, or the instance
     * comes too late, that is closed again.
     *
     * @param <P> the kind of provider
     * @param <T> what it makes
     * @param kind the kind of provider, such as {@code LoadBalancerProvider.class}
     * @param selection the part of the configuration that selects it
     * @param baseDirectory the directory of the configuration file, which paths are relative to
     * @param creation the provider's method, such as {@code LoadBalancerProvider::create}
     * @return the instance, to be closed by the caller
     * @throws ConfigException if there is no such provider, if it refuses its settings or leaves some unread, or if it
     *     fails in any other way; with all problems
     */
    public <P extends Provider, T extends AutoCloseable> PluginInstance<T> create(
            Class<P> kind, ProviderConfig selection, Path baseDirectory, CreateMethod<P, T> creation) {
        List<RegisteredProvider> available = available(ProviderKind.of(kind));
        RegisteredProvider registered = available.stream()
                .filter(provider -> provider.name().equals(selection.provider())).findFirst()
                .orElseThrow(() -> unknown(selection, available));
        return new InstanceFactory<>(registered, kind, creation, GuardedCall.TIME_LIMIT)
                .create(selection, baseDirectory);
    }

    /** What is built in, then what is not; by name. */
    private List<RegisteredProvider> available(ProviderKind kind) {
        return units.stream().flatMap(unit -> unit.providers().stream()).filter(provider -> provider.kind() == kind)
                .sorted(Comparator.comparing((RegisteredProvider provider) -> !provider.isBuiltIn())
                        .thenComparing(RegisteredProvider::name))
                .toList();
    }

    private ConfigException unknown(ProviderConfig selection, List<RegisteredProvider> available) {
        List<String> names = available.stream().map(RegisteredProvider::name).toList();
        String guess = Problems.didYouMean(selection.provider(), names);
        String choice = CleanText.list(available.stream()
                .map(provider -> provider.name() + (provider.isBuiltIn() ? "" : " (" + provider.origin() + ")"))
                .toList());
        List<String> causes = new ArrayList<>();
        units.forEach(unit -> unit.refused().forEach(refused -> causes.add(refused.origin() + ": " + refused.cause())));
        return Problems.exception(selection.origin(), selection.path() + ": no provider '"
                + CleanText.piece(selection.provider()) + "'" + guess + "; available: "
                + (choice.isEmpty() ? "none" : choice)
                + (causes.isEmpty() ? "" : "; not loaded: " + String.join("; ", CleanText.named(causes)))
                + (guess.isEmpty() && causes.isEmpty() ? directory.map(place ->
                        ContribPlugins.wayOut(selection.provider(), place.path().toString())).orElse("") : ""));
    }
}
