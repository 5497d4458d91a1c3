package io.apexproxy.runtime.config;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads listeners; one instance for all of a configuration, as no two may share an address. */
final class ListenerReader {

    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);
    static final Duration HALF_CLOSED_TIMEOUT = Duration.ofSeconds(30);

    private final Problems problems;
    private final Map<String, Origin> taken = new HashMap<>();

    ListenerReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads {@code [listeners.name]}.
     *
     * @param pools the names that can be chosen; none if that is a mistake already reported
     * @return the listener, or empty if it lacks what it cannot be without
     */
    Optional<ListenerConfig> read(String name, TreeSettings settings, Set<String> pools) {
        int maxConnections = (int) settings.integer("max_connections", 0, Integer.MAX_VALUE, 0);
        Duration idleTimeout = settings.duration("idle_timeout", IDLE_TIMEOUT);
        Duration halfClosedTimeout = settings.duration("half_closed_timeout", HALF_CLOSED_TIMEOUT);
        List<HostPort> addresses = addresses(settings, "listen_addr");
        Optional<String> pool = settings.read("pool", ValueType.string("the name of a pool"))
                .filter(chosen -> exists(settings, chosen, pools));
        settings.require("listen_addr", "an address such as \"127.0.0.1:8081\" or an array of them");
        settings.require("pool", "the name of a pool");
        if (addresses.isEmpty() || pool.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ListenerConfig(name, addresses, pool.get(), maxConnections, idleTimeout, halfClosedTimeout));
    }

    /** Reads one address or an array of them; empty where the key is missing. */
    List<HostPort> addresses(TreeSettings settings, String key) {
        Optional<ConfigTree> value = settings.value(key);
        List<HostPort> addresses = new ArrayList<>();
        if (value.isPresent() && value.get() instanceof ConfigTree.Array array) {
            for (int i = 0; i < array.elements().size(); i++) {
                address(settings, settings.path(key, i), array.elements().get(i)).ifPresent(addresses::add);
            }
            if (array.elements().isEmpty()) {
                settings.problem(key, "expected at least one address such as \"127.0.0.1:8081\", found []");
            }
        } else {
            value.flatMap(one -> address(settings, settings.path(key), one)).ifPresent(addresses::add);
        }
        return List.copyOf(addresses);
    }

    /** Reads one address; empty where the key is missing. */
    Optional<HostPort> address(TreeSettings settings, String key) {
        return settings.value(key).flatMap(one -> address(settings, settings.path(key), one));
    }

    private Optional<HostPort> address(TreeSettings settings, String where, ConfigTree value) {
        Optional<HostPort> address = settings.read(where, value, AddressText.OF_LISTENER);
        if (address.isEmpty() || address.get().port() == 0) {
            return address; // any free port is free for each of them
        }
        Origin first = taken.putIfAbsent(address.get().toString().toLowerCase(Locale.ROOT), value.origin());
        if (first != null) {
            problems.add(value.origin(), where + ": duplicate address " + address.get() + ", already at " + first
                    + "; an address can be listened on once");
        }
        return address;
    }

    private static boolean exists(TreeSettings settings, String pool, Set<String> pools) {
        if (pools.isEmpty() || pools.contains(pool)) {
            return true;
        }
        settings.problem("pool", "no pool '" + TomlText.plain(pool) + "'" + Problems.didYouMean(pool, pools)
                + "; available: " + String.join(", ", pools));
        return false;
    }
}
