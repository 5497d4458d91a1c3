package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Provider;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.FailureText;
import io.apexproxy.runtime.plugin.unit.ProviderKind;
import io.apexproxy.runtime.plugin.unit.UnitFiles;
import io.apexproxy.runtime.plugin.unit.UnitLayer;
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one place for its providers, each on its own: what is wrong with one is noted and the next is tried.
 */
final class ProviderScan {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");
    /** A word of the configuration, of the log and of names of threads. */
    private static final int LONGEST_NAME = 100;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final String origin;
    private final Predicate<Class<?>> own;
    private final UnitFiles files;
    private final List<RegisteredProvider> found = new ArrayList<>();
    private final List<PluginListing> refused = new ArrayList<>();

    /**
     * Creates a scan.
     *
     * @param origin the place that the user knows
     * @param own tells the place's classes from those of its parents, which ServiceLoader delivers, too
     * @param files the open files of the place
     */
    ProviderScan(String origin, Predicate<Class<?>> own, UnitFiles files) {
        this.origin = origin;
        this.own = own;
        this.files = files;
    }

    /** Looks for all kinds. */
    void run(Function<Class<? extends Provider>, ServiceLoader<? extends Provider>> services) {
        for (ProviderKind kind : ProviderKind.values()) {
            Iterator<? extends ServiceLoader.Provider<? extends Provider>> each =
                    services.apply(kind.type()).stream().iterator();
            boolean more = true;
            while (more) {
                more = guarded("", () -> {
                    boolean next = each.hasNext();
                    if (next) {
                        take(kind, each.next());
                    }
                    return next;
                });
            }
        }
    }

    /** Registers a provider, if it may be. */
    void register(ProviderKind kind, Provider provider) {
        guarded(provider.getClass().getName() + ": ", () -> {
            Optional<String> name = Optional.ofNullable(provider.name());
            PluginListing listing = listing(kind, provider, name.orElse(""));
            if (listing.name().length() <= LONGEST_NAME && NAME.matcher(listing.name()).matches()) {
                found.add(new RegisteredProvider(kind, provider, listing, files));
            } else {
                refused.add(listing.refused(CleanText.piece(provider.getClass().getName())
                        + ": expected a name of lower-case words such as 'round-robin', found "
                        + name.map(text -> "'" + CleanText.piece(text) + "'").orElse("null")));
            }
            return true;
        });
    }

    boolean isEmpty() {
        return found.isEmpty() && refused.isEmpty();
    }

    LoadedUnit result() {
        return new LoadedUnit(origin, found, refused, Optional.empty(), files);
    }

    private void take(ProviderKind kind, ServiceLoader.Provider<? extends Provider> next) {
        // A static provider() method may declare an interface; then only the instance tells whose it is.
        if (own.test(next.type()) || next.type().isInterface()) {
            Provider provider = next.get();
            if (own.test(provider.getClass())) {
                register(kind, provider);
            }
        }
    }

    private PluginListing listing(ProviderKind kind, Provider provider, String name) {
        Optional<ModuleDescriptor> module = Optional.ofNullable(provider.getClass().getModule().getDescriptor());
        return new PluginListing(
                kind.label(),
                name,
                module.map(ModuleDescriptor::toNameAndVersion).orElse("class path"),
                module.flatMap(UnitLayer::apiVersion).orElse(""),
                origin,
                PluginListing.State.LOADED,
                "",
                Optional.ofNullable(provider.description()).flatMap(text -> text.lines().findFirst()).orElse(""));
    }

    /** Runs code of a plugin, out of which anything may come; there may be more behind a failure. */
    private boolean guarded(String what, Step step) {
        try {
            return step.run();
        } catch (Throwable failure) {
            LOG.debug("{}: a provider failed", CleanText.piece(origin), failure);
            refused.add(PluginListing.notLoaded(origin, what + FailureText.oneLine(failure)));
            return true;
        }
    }

    @FunctionalInterface
    private interface Step {
        boolean run();
    }
}
