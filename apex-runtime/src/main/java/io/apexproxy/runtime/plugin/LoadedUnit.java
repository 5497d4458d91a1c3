package io.apexproxy.runtime.plugin;

import io.apexproxy.runtime.plugin.unit.PluginUnit;
import io.apexproxy.runtime.plugin.unit.UnitFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The result of loading a unit.
 *
 * @param origin the name of the unit in messages
 * @param providers the providers that can be selected
 * @param refused the providers and jars that were not loaded, with the cause
 * @param source the files of the unit; empty for built-in providers
 * @param files the open files of the unit
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

    /** Returns whether it has a provider that can be selected. */
    boolean isLoaded() {
        return !providers.isEmpty();
    }

    /** Closes its files if they were replaced or removed and are not in use. Returns whether they are closed. */
    boolean unloadIfReplaced(List<PluginUnit> now) {
        return source.isPresent() && !now.contains(source.get()) && files.closeIfUnused();
    }

    Stream<PluginListing> listings() {
        return Stream.concat(providers.stream().map(RegisteredProvider::listing), refused.stream());
    }
}
