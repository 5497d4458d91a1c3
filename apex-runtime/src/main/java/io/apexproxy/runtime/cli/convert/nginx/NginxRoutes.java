package io.apexproxy.runtime.cli.convert.nginx;

import io.apexproxy.runtime.cli.convert.draft.Word;
import io.apexproxy.runtime.cli.convert.draft.Directive;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Translator of a block {@code map} whose variable is the target of {@code proxy_pass} to routes. */
final class NginxRoutes {

    private static final String SERVER_NAMES = "server_names";
    private static final String ALPN = "alpn";
    private static final String TLS = "tls";
    /** The variables that conditions of routes have counterparts for. */
    private static final Map<String, String> SOURCES = Map.of(
            "$ssl_preread_server_name", SERVER_NAMES, "$ssl_server_name", SERVER_NAMES,
            "$ssl_preread_alpn_protocols", ALPN, "$ssl_preread_protocol", TLS);
    private static final Set<String> OPTIONS = Set.of("hostnames", "volatile");
    /** The usual search of a protocol in the list of all protocols. */
    private static final Pattern PROTOCOL = Pattern.compile("~\\*?(?:\\\\b)?([A-Za-z0-9./-]+)(?:\\\\b)?");

    private final Draft draft;
    private final NginxPools pools;
    private final Directive map;
    private final Group listener;
    private final List<Word> targets = new ArrayList<>();

    NginxRoutes(Draft draft, NginxPools pools, Directive map, Group listener) {
        this.draft = draft;
        this.pools = pools;
        this.map = map;
        this.listener = listener;
    }

    /** Writes the routes and the pool of the others. Returns the targets. */
    List<Word> translate() {
        draft.use(map);
        String condition = SOURCES.get(map.word(1));
        if (condition == null) {
            draft.comment(map, "no route by such a variable");
            draft.useAll(map);
            return targets;
        }
        Group routes = listener.put(map.origin(), "routes", Group.array());
        for (Directive entry : ordered()) {
            draft.use(entry);
            if (OPTIONS.contains(entry.name())) {
                continue;
            }
            Optional<Object> value = value(condition, entry.name()).filter(any -> entry.words().size() > 1);
            Optional<String> pool = value.flatMap(any -> pools.nameOf(entry.at(1)));
            if (pool.isEmpty() || value.isEmpty()) {
                draft.comment(routes, entry, "no counterpart of this condition; this route is missing in Apex");
            } else if (entry.name().equals("default")) {
                listener.put(entry.origin(), "pool", pool.get());
                targets.add(entry.at(1));
            } else {
                Group route = routes.add(entry.origin(), Group.inline());
                route.put(entry.origin(), condition, value.get());
                route.put(entry.at(1).origin(), "pool", pool.get());
                targets.add(entry.at(1));
            }
        }
        if (routes.entries().isEmpty()) {
            listener.remove(listener.find("routes").orElseThrow());
        }
        return targets;
    }

    /** Returns the entries in the order in which nginx searches: names, then longer patterns, then shorter ones. */
    private List<Directive> ordered() {
        Comparator<Directive> byKind = Comparator.comparing(each -> isPattern(each.name()));
        return map.children().stream().sorted(byKind.thenComparing(each -> isPattern(each.name())
                && !each.name().startsWith("~") ? -each.name().length() : 0)).toList();
    }

    private static boolean isPattern(String name) {
        return name.startsWith("*.") || name.startsWith(".") || name.startsWith("~");
    }

    /** Returns the value of a condition; empty if it has no counterpart. */
    private Optional<Object> value(String condition, String key) {
        if (key.equals("default")) {
            return Optional.of(true);
        }
        boolean hasMasks = map.children().stream().anyMatch(each -> each.name().equals("hostnames"));
        return switch (condition) {
            case SERVER_NAMES -> key.isEmpty() || key.startsWith("~") || key.endsWith(".*")
                    || (isPattern(key) && !hasMasks) ? Optional.empty()
                            : Optional.of(key.startsWith(".") ? array(key.substring(1), "*" + key) : array(key));
            case ALPN -> {
                Matcher protocol = PROTOCOL.matcher(key);
                yield protocol.matches() ? Optional.of(array(protocol.group(1))) : Optional.empty();
            }
            default -> key.isEmpty() ? Optional.of(false) : Optional.empty();
        };
    }

    private Group array(String... values) {
        Group array = Group.array();
        for (String value : values) {
            array.add(map.origin(), value);
        }
        return array;
    }
}
