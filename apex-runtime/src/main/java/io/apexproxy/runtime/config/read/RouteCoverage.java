package io.apexproxy.runtime.config.read;

import io.apexproxy.runtime.config.RouteConfig;
import io.apexproxy.runtime.protocol.tls.ServerNameMap;
import io.apexproxy.runtime.protocol.tls.ServerNamePattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The connections that the routes of a listener match, to find routes that never match.
 *
 * <p>A route is divided into cases: with TLS for each name and protocol, and without TLS. A route never matches if an
 * earlier route matches all connections of each case. Networks are compared as a whole, so a route whose networks
 * belong to several earlier routes is not found.
 */
final class RouteCoverage {

    private static final int MAX_SHOWN = 3;

    /** An earlier route with its path. */
    private record Earlier(RouteConfig route, String path) {
    }

    /**
     * Connections of a route: with TLS, a name and a protocol, or without TLS.
     *
     * @param name the text of a pattern; empty if the name does not matter or there is none
     * @param protocol empty if the protocol does not matter or there is none
     */
    private record Case(RouteConfig route, boolean tls, Optional<String> name, Optional<String> protocol) {

        private boolean isCoveredBy(RouteConfig earlier) {
            return (earlier.requiresTls() ? tls : earlier.tls().isEmpty() || !tls)
                    && (earlier.applicationProtocols().isEmpty()
                            || protocol.filter(earlier.applicationProtocols()::contains).isPresent())
                    && (earlier.from().isEmpty()
                            || (!route.from().isEmpty() && earlier.from().covers(route.from())));
        }
    }

    private final boolean terminatesTls;
    private final ServerNameMap<Earlier> byName = new ServerNameMap<>();
    private final List<Earlier> withoutName = new ArrayList<>();

    /**
     * Creates the search.
     *
     * @param terminatesTls whether the listener refuses clients without TLS
     */
    RouteCoverage(boolean terminatesTls) {
        this.terminatesTls = terminatesTls;
    }

    void add(RouteConfig route, String path) {
        Earlier added = new Earlier(route, path);
        if (route.serverNames().isEmpty()) {
            withoutName.add(added);
        }
        byName.add(route.serverNames(), added);
    }

    /** Returns which earlier routes match all connections of a route; empty if it can match. */
    Optional<String> covering(RouteConfig route) {
        Set<String> paths = new LinkedHashSet<>();
        for (Case each : cases(route)) {
            Optional<Earlier> covering = covering(each);
            if (covering.isEmpty()) {
                return Optional.empty();
            }
            paths.add(covering.get().path());
        }
        List<String> shown = paths.stream().limit(MAX_SHOWN).toList();
        String others = paths.size() > MAX_SHOWN ? " and " + (paths.size() - MAX_SHOWN) + " others" : "";
        return Optional.of(String.join(", ", shown) + others
                + (paths.size() > 1 ? " match all of its connections" : " matches all of its connections"));
    }

    private Optional<Earlier> covering(Case wanted) {
        Stream<Earlier> named = wanted.name().stream().flatMap(name -> byName.find(name).stream())
                .flatMap(List::stream);
        return Stream.concat(withoutName.stream(), named)
                .filter(earlier -> wanted.isCoveredBy(earlier.route())).findFirst();
    }

    private List<Case> cases(RouteConfig route) {
        List<Case> cases = new ArrayList<>();
        if (!route.requiresTls() && !terminatesTls) {
            cases.add(new Case(route, false, Optional.empty(), Optional.empty()));
        }
        if (route.requiresTls() || route.tls().isEmpty()) {
            List<Optional<String>> names = orNone(route.serverNames().stream().map(ServerNamePattern::text).toList());
            List<Optional<String>> protocols = orNone(route.applicationProtocols());
            names.forEach(name -> protocols.forEach(protocol -> cases.add(new Case(route, true, name, protocol))));
        }
        return cases;
    }

    private static List<Optional<String>> orNone(List<String> values) {
        return values.isEmpty() ? List.of(Optional.empty()) : values.stream().map(Optional::of).toList();
    }
}
