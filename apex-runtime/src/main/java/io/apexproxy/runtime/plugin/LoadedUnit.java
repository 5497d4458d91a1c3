package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.plugin.unit.PluginUnit;
import io.apexproxy.runtime.plugin.unit.UnitFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What came out of a unit.
 *
 * @param origin the place that the user knows
 * @param providers what can be selected
 * @param refused what cannot, and why
 * @param source the files that it was loaded from; empty for what is built in
 * @param files those of them that are open
 */
record LoadedUnit(String origin, List<RegisteredProvider> providers, List<PluginListing> refused,
        Optional<PluginUnit> source, UnitFiles files) {

    LoadedUnit {
        providers = List.copyOf(providers);
        refused = List.copyOf(refused);
    }

    LoadedUnit without(RegisteredProvider provider, String cause) {
        List<RegisteredProvider> others = new ArrayList<>(providers);
        others.remove(provider);
        List<PluginListing> reasons = new ArrayList<>(refused);
        reasons.add(provider.listing().refused(cause));
        return new LoadedUnit(origin, others, reasons, source, files);
    }

    /** Whether something of it can be selected. */
    boolean isLoaded() {
        return !providers.isEmpty();
    }

    /** Closes its files if the directory has others, or none, instead of them, and nothing of it runs. */
    boolean unloadIfGone(List<PluginUnit> now) {
        return source.isPresent() && !now.contains(source.get()) && files.closeIfUnused();
    }

    Stream<PluginListing> listings() {
        return Stream.concat(providers.stream().map(RegisteredProvider::listing), refused.stream());
    }
}
