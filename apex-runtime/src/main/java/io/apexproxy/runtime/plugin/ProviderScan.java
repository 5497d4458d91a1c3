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

/** The search for the providers of one origin. A provider that fails does not affect the others. */
final class ProviderScan {

    private static final Logger LOG = LoggerFactory.getLogger("apex.plugin");
    /** Provider names are part of log lines and thread names. */
    private static final int MAX_NAME_LENGTH = 100;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final String origin;
    private final Predicate<Class<?>> isOwn;
    private final UnitFiles files;
    private final List<RegisteredProvider> found = new ArrayList<>();
    private final List<PluginListing> refused = new ArrayList<>();

    /**
     * Creates a scan.
     *
     * @param origin the name of the unit in messages
     * @param isOwn whether a class is from this origin; ServiceLoader also delivers providers of parent loaders
     * @param files the open files of the unit
     */
    ProviderScan(String origin, Predicate<Class<?>> isOwn, UnitFiles files) {
        this.origin = origin;
        this.isOwn = isOwn;
        this.files = files;
    }

    /** Registers the providers of all kinds. */
    void run(Function<Class<? extends Provider>, ServiceLoader<? extends Provider>> services) {
        for (ProviderKind kind : ProviderKind.values()) {
            Iterator<? extends ServiceLoader.Provider<? extends Provider>> candidates =
                    services.apply(kind.type()).stream().iterator();
            boolean hasMore = true;
            while (hasMore) {
                hasMore = runGuarded("", () -> {
                    boolean hasNext = candidates.hasNext();
                    if (hasNext) {
                        registerIfOwn(kind, candidates.next());
                    }
                    return hasNext;
                });
            }
        }
    }

    /** Registers a provider, or refuses it if its name is not valid or a method of it throws. */
    void register(ProviderKind kind, Provider provider) {
        runGuarded(provider.getClass().getName() + ": ", () -> {
            Optional<String> name = Optional.ofNullable(provider.name());
            PluginListing listing = listing(kind, provider, name.orElse(""));
            if (listing.name().length() <= MAX_NAME_LENGTH && NAME.matcher(listing.name()).matches()) {
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

    private void registerIfOwn(ProviderKind kind, ServiceLoader.Provider<? extends Provider> candidate) {
        // a static provider() method can declare an interface; then only the class of the instance has the origin
        if (isOwn.test(candidate.type()) || candidate.type().isInterface()) {
            Provider provider = candidate.get();
            if (isOwn.test(provider.getClass())) {
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
                "",
                Optional.ofNullable(provider.description()).flatMap(text -> text.lines().findFirst()).orElse(""));
    }

    /** Runs code of a plugin and returns its result. Returns {@code true} after a failure, to try the next provider. */
    private boolean runGuarded(String subject, Step step) {
        try {
            return step.run();
        } catch (Throwable failure) { // a plugin can throw anything, including LinkageError
            LOG.debug("{}: a provider failed", CleanText.piece(origin), failure);
            refused.add(PluginListing.notLoaded(origin, subject + FailureText.oneLine(failure)));
            return true;
        }
    }

    @FunctionalInterface
    private interface Step {
        boolean run();
    }
}
