package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.FailureText;
import io.apexproxy.runtime.plugin.unit.HostView;
import io.apexproxy.runtime.plugin.unit.PluginUnit;
import io.apexproxy.runtime.plugin.unit.UnitException;
import io.apexproxy.runtime.plugin.unit.UnitFiles;
import io.apexproxy.runtime.plugin.unit.UnitJar;
import io.apexproxy.runtime.plugin.unit.UnitLayer;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the providers of a unit from its files. */
final class PluginLoader {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");

    private final ModuleLayer host;

    /** Creates a loader. The layer of the runtime becomes the parent of the layer of each unit. */
    PluginLoader(ModuleLayer host) {
        this.host = host;
    }

    /** Loads a unit. Providers and jars that cannot be loaded are part of the result, with the cause. */
    LoadedUnit load(PluginUnit unit) {
        String subject = CleanText.piece(unit.origin());
        var call = GuardedCall.onNewThread("apex-plugin-" + subject, getClass().getClassLoader(), () -> loadNow(unit),
                late -> {
                    LOG.debug("{}: loaded after the timeout; discarded", subject);
                    late.files().closeIfUnused();
                });
        try {
            return call.result(GuardedCall.TIME_LIMIT);
        } catch (TimeoutException e) {
            return refused(unit, "providers not listed within " + GuardedCall.TIME_LIMIT.toSeconds()
                    + " s; their constructors, name() and description() must not block");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(unit, "loading was interrupted");
        } catch (ExecutionException e) {
            LOG.debug("{}: not loaded", subject, e.getCause());
            return refused(unit, FailureText.oneLine(e.getCause()));
        }
    }

    private static LoadedUnit refused(PluginUnit unit, String cause) {
        return new LoadedUnit(unit.origin(), List.of(), List.of(PluginListing.notLoaded(unit.origin(), cause)),
                Optional.of(unit), new UnitFiles());
    }

    private LoadedUnit loadNow(PluginUnit unit) {
        UnitFiles files = new UnitFiles();
        List<PluginListing> refused = new ArrayList<>();
        unit.problem().ifPresent(problem -> refused.add(PluginListing.notLoaded(unit.origin(), problem)));
        List<UnitJar> jars = open(unit, refused);
        List<RegisteredProvider> providers = List.of();
        try {
            if (!jars.isEmpty()) {
                ProviderScan scan = scan(unit.origin(), jars, files);
                if (scan.isEmpty() && refused.isEmpty()) {
                    throw new UnitException(
                            "no plugin in it: no module descriptor 'provides' a provider, and there is no"
                                    + " file META-INF/services/io.apexproxy.api…Provider");
                }
                providers = scan.result().providers();
                refused.addAll(scan.result().refused());
            }
        } catch (UnitException e) {
            LOG.debug("{}: not loaded", CleanText.piece(unit.origin()), e);
            refused.add(PluginListing.notLoaded(unit.origin(), e.getMessage()));
        }
        if (providers.isEmpty()) {
            files.closeIfUnused(); // else each attempt to load the unit would leave its jars open
        }
        return new LoadedUnit(unit.origin(), providers, refused, Optional.of(unit), files);
    }

    private static List<UnitJar> open(PluginUnit unit, List<PluginListing> refused) {
        List<UnitJar> jars = new ArrayList<>();
        for (PluginUnit.Jar file : unit.jars()) {
            try {
                jars.add(UnitJar.open(file));
            } catch (UnitException e) {
                LOG.debug("{}: not opened", CleanText.piece(file.origin()), e);
                refused.add(PluginListing.notLoaded(file.origin(), e.getMessage()));
            }
        }
        return jars;
    }

    /**
     * Loads a modular plugin in a layer and other plugins on a class path, whatever their libraries are. A plugin built
     * for the class path can depend on features that modules forbid, such as a package in several jars.
     */
    private ProviderScan scan(String origin, List<UnitJar> jars, UnitFiles files) throws UnitException {
        return jars.stream().anyMatch(UnitJar::isModularPlugin)
                ? scanLayer(origin, jars, files) : scanClassPath(origin, jars, files);
    }

    private ProviderScan scanLayer(String origin, List<UnitJar> jars, UnitFiles files) throws UnitException {
        ModuleLayer layer = UnitLayer.of(jars, host, files);
        ProviderScan scan = new ProviderScan(origin, type -> type.getModule().getLayer() == layer, files);
        scan.run(service -> ServiceLoader.load(layer, service));
        return scan;
    }

    private static ProviderScan scanClassPath(String origin, List<UnitJar> jars, UnitFiles files) throws UnitException {
        URLClassLoader loader = classPath(origin, jars);
        try {
            files.add(loader);
        } catch (IOException e) {
            throw new UnitException(e);
        }
        ProviderScan scan = new ProviderScan(origin, type -> type.getClassLoader() == loader, files);
        scan.run(service -> ServiceLoader.load(service, loader));
        return scan;
    }

    private static URLClassLoader classPath(String origin, List<UnitJar> jars) throws UnitException {
        List<URL> urls = new ArrayList<>();
        for (UnitJar jar : jars) {
            try {
                urls.add(jar.file().path().toUri().toURL());
            } catch (MalformedURLException e) {
                throw new UnitException(e);
            }
        }
        return new URLClassLoader(CleanText.piece(origin), urls.toArray(URL[]::new), new HostView());
    }
}
