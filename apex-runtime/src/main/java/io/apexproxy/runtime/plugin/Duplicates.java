package io.apexproxy.runtime.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps names unique within a kind. Of two plugins with one name neither is loaded, as any choice between them would be
 * a surprise; what is built in or was there before stays, as it may be running.
 */
final class Duplicates {

    private Duplicates() {
    }

    /**
     * Refuses providers whose names are taken.
     *
     * @param standing units that were there before
     * @param arriving units that were just loaded
     * @return the arriving units, in the same order, without what was refused
     */
    static List<LoadedUnit> refuse(List<LoadedUnit> standing, List<LoadedUnit> arriving) {
        List<LoadedUnit> kept = new ArrayList<>();
        for (LoadedUnit unit : arriving) {
            LoadedUnit rest = unit;
            for (RegisteredProvider provider : unit.providers()) {
                List<RegisteredProvider> twins = Stream.concat(standing.stream(), arriving.stream())
                        .flatMap(other -> other.providers().stream())
                        .filter(other -> other.provider() != provider.provider() && other.clashesWith(provider))
                        .toList();
                if (!twins.isEmpty()) {
                    rest = rest.without(provider, cause(provider, twins));
                }
            }
            kept.add(rest);
        }
        return kept;
    }

    private static String cause(RegisteredProvider provider, List<RegisteredProvider> twins) {
        String name = provider.kind().label() + " '" + provider.name() + "'";
        if (!provider.isBuiltIn() && twins.stream().anyMatch(RegisteredProvider::isBuiltIn)) {
            return name + " is built in; remove this one or rename its provider";
        }
        List<String> places = twins.stream().map(twin -> twin.origin() + " " + type(twin)).toList();
        return name + " " + type(provider) + " is also in " + String.join(" and ", places) + "; remove one of them";
    }

    private static String type(RegisteredProvider provider) {
        return "(" + provider.provider().getClass().getName() + ")";
    }
}
