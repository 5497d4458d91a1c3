package io.apexproxy.runtime.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The check that provider names are unique within a kind. Of several new plugins with the same name, none is loaded,
 * because a choice would be arbitrary. Built-in plugins and plugins that were loaded before are kept, because they can
 * be in use.
 */
final class Duplicates {

    private Duplicates() {
    }

    /**
     * Refuses new providers whose names are in use by existing or other added units. Returns the added units without
     * them.
     */
    static List<LoadedUnit> refuse(List<LoadedUnit> existing, List<LoadedUnit> added) {
        List<LoadedUnit> kept = new ArrayList<>();
        for (LoadedUnit unit : added) {
            LoadedUnit rest = unit;
            for (RegisteredProvider provider : unit.providers()) {
                List<RegisteredProvider> duplicates = Stream.concat(existing.stream(), added.stream())
                        .flatMap(other -> other.providers().stream())
                        .filter(other -> other.provider() != provider.provider() && other.clashesWith(provider))
                        .toList();
                if (!duplicates.isEmpty()) {
                    rest = rest.without(provider, cause(provider, duplicates));
                }
            }
            kept.add(rest);
        }
        return kept;
    }

    private static String cause(RegisteredProvider provider, List<RegisteredProvider> duplicates) {
        String name = provider.kind().label() + " '" + provider.name() + "'";
        if (!provider.isBuiltIn() && duplicates.stream().anyMatch(RegisteredProvider::isBuiltIn)) {
            return name + " is built in; remove this one or rename its provider";
        }
        List<String> origins = duplicates.stream().map(other -> other.origin() + " " + type(other)).toList();
        return name + " " + type(provider) + " is also in " + String.join(" and ", origins) + "; remove one of them";
    }

    private static String type(RegisteredProvider provider) {
        return "(" + provider.provider().getClass().getName() + ")";
    }
}
