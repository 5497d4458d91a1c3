package io.apexproxy.runtime.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What came out of a unit.
 *
 * @param origin the place that the user knows
 * @param providers what can be selected
 * @param refused what cannot, and why
 */
record LoadedUnit(String origin, List<RegisteredProvider> providers, List<PluginListing> refused) {

    LoadedUnit {
        providers = List.copyOf(providers);
        refused = List.copyOf(refused);
    }

    LoadedUnit without(RegisteredProvider provider, String cause) {
        List<RegisteredProvider> others = new ArrayList<>(providers);
        others.remove(provider);
        List<PluginListing> reasons = new ArrayList<>(refused);
        reasons.add(provider.listing().refused(cause));
        return new LoadedUnit(origin, others, reasons);
    }

    /** Whether something of it may be running. */
    boolean inUse() {
        return !providers.isEmpty();
    }

    Stream<PluginListing> listings() {
        return Stream.concat(providers.stream().map(RegisteredProvider::listing), refused.stream());
    }
}
