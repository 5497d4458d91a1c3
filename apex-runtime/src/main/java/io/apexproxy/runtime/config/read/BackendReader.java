package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.AddressText;
import io.apexproxy.runtime.config.tree.NameRules;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reader of the backends of a pool, which reports duplicate addresses and names. */
final class BackendReader {

    private static final String EXAMPLE = "\"127.0.0.1:9000\"";
    private static final int DEFAULT_WEIGHT = 1;

    private final String name;
    private final TreeSettings pool;
    private final Problems problems;
    private final ForwardingLoopCheck loopCheck;
    private final Map<String, Origin> addresses = new HashMap<>();
    private final Map<String, Origin> names = new HashMap<>();

    BackendReader(String name, TreeSettings pool, Problems problems, ForwardingLoopCheck loopCheck) {
        this.name = name;
        this.pool = pool;
        this.problems = problems;
        this.loopCheck = loopCheck;
    }

    /** Reads an array and returns its valid elements. */
    List<BackendConfig> read(String key) {
        List<ConfigTree> elements = pool.elements(key, "an array such as [" + EXAMPLE + "]");
        List<BackendConfig> backends = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            String where = pool.path(key, i);
            ConfigTree element = elements.get(i);
            Optional<BackendConfig> backend = element instanceof ConfigTree.Table table
                    ? readTable(pool.open(table, where))
                    : readAddress(where, element);
            backend.ifPresent(backends::add);
        }
        return List.copyOf(backends);
    }

    private Optional<BackendConfig> readAddress(String where, ConfigTree element) {
        ValueType<Address> type = element instanceof ConfigTree.Scalar scalar && scalar.value() instanceof String
                ? AddressText.OF_BACKEND
                : AddressText.OF_BACKEND.or("a table such as { address = " + EXAMPLE + ", weight = 2 }");
        return pool.read(where, element, type)
                .filter(address -> isNewAddress(where, address, element.origin()))
                .filter(address -> isNewName(where, address.toString(), element.origin()))
                .map(address -> new BackendConfig(address.toString(), address, DEFAULT_WEIGHT, 0));
    }

    private Optional<BackendConfig> readTable(TreeSettings settings) {
        int weight = (int) settings.integer("weight", 0, BackendConfig.MAX_WEIGHT, DEFAULT_WEIGHT);
        int maxConnections = (int) settings.integer("max_connections", 0, Integer.MAX_VALUE, 0);
        BackendConfig.State state = settings.choice("state", BackendConfig.State.class, BackendConfig.State.ACTIVE);
        boolean backup = settings.bool("backup", false);
        Optional<String> chosen = settings.read("name", NameRules.TYPE);
        Optional<Address> address = settings.read("address", AddressText.OF_BACKEND);
        settings.require("address", "an address such as " + EXAMPLE);
        if (address.isEmpty()
                || !isNewAddress(settings.path("address"), address.get(), settings.origin("address"))) {
            return Optional.empty();
        }
        String name = chosen.orElse(address.get().toString());
        return isNewName(settings.path("name"), name, settings.origin("name"))
                ? Optional.of(new BackendConfig(name, address.get(), weight, maxConnections, state, backup))
                : Optional.empty();
    }

    private boolean isNewAddress(String where, Address address, Origin origin) {
        Origin first = addresses.putIfAbsent(address.key(), origin);
        if (first == null) {
            loopCheck.add(name, where, address, origin);
        } else {
            problems.add(origin, where + ": duplicate address " + address + ", already at " + first
                    + "; for a greater share, set its weight there");
        }
        return first == null;
    }

    private boolean isNewName(String where, String name, Origin origin) {
        Origin first = names.putIfAbsent(name, origin);
        if (first != null) {
            problems.add(origin, where + ": duplicate name '" + name + "', already at " + first
                    + "; logs and metrics identify backends by name");
        }
        return first == null;
    }
}
