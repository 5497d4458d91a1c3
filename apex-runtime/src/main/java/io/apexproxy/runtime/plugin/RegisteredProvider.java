package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Provider;
import io.apexproxy.runtime.plugin.unit.ProviderKind;
import io.apexproxy.runtime.plugin.unit.UnitFiles;

/**
 * A provider that can be selected.
 *
 * @param kind the kind that it is registered as
 * @param provider the only instance
 * @param listing its line in {@code apex plugins}
 * @param files the open files of its unit
 */
record RegisteredProvider(ProviderKind kind, Provider provider, PluginListing listing, UnitFiles files) {

    /** The origin of providers on Apex's own module path. */
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

    /** Returns the subject for messages: {@code load balancer 'least-connections' (plugins/x.jar)}. */
    String label() {
        return kind.label() + " '" + name() + "' (" + origin() + ")";
    }

    /** Returns the prefix of its thread names: {@code apex-health-http}. */
    String threadName() {
        return "apex-" + kind.threadWord() + "-" + name();
    }

    /** Returns the class loader of the unit. */
    ClassLoader loader() {
        return provider.getClass().getClassLoader();
    }

    boolean clashesWith(RegisteredProvider other) {
        return kind == other.kind && name().equals(other.name());
    }
}
