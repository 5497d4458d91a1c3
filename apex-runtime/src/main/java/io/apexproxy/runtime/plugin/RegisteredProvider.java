package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Provider;
import io.apexproxy.runtime.plugin.unit.ProviderKind;
import io.apexproxy.runtime.plugin.unit.UnitFiles;

/**
 * A provider that can be selected.
 *
 * @param kind which of the kinds it is registered as
 * @param provider the only instance
 * @param listing what is known of it
 * @param files the open files of its unit
 */
record RegisteredProvider(ProviderKind kind, Provider provider, PluginListing listing, UnitFiles files) {

    /** The origin of what comes from Apex's own module path. */
    static final String BUILT_IN = "built-in";

    String name() {
        return listing.name();
    }

    String origin() {
        return listing.origin();
    }

    boolean isBuiltIn() {
        return origin().equals(BUILT_IN);
    }

    /** How messages call it: {@code load balancer 'least-connections' (plugins/x.jar)}. */
    String label() {
        return kind.label() + " '" + name() + "' (" + origin() + ")";
    }

    /** The prefix for names of its threads: {@code apex-health-http}. */
    String threadName() {
        return "apex-" + kind.threadWord() + "-" + name();
    }

    /** The loader of the unit. */
    ClassLoader loader() {
        return provider.getClass().getClassLoader();
    }

    boolean clashesWith(RegisteredProvider other) {
        return kind == other.kind && name().equals(other.name());
    }
}
