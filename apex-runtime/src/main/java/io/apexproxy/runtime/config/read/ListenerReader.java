package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.AddressText;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.PortRange;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.config.tls.ListenerTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reader of the listeners and the admin address of a configuration, which reports duplicate addresses. */
final class ListenerReader {

    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);
    static final Duration HALF_CLOSED_TIMEOUT = Duration.ofSeconds(30);

    static final String DRAIN_TIMEOUT = "drain_timeout";

    private final Problems problems;
    private final Map<String, Origin> origins = new HashMap<>();

    ListenerReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads {@code [listeners.NAME]}.
     *
     * @param pools the names of the pools; empty if their absence is already reported
     * @return the listener; empty if the address is missing or invalid
     */
    Optional<ListenerConfig> read(String name, TreeSettings settings, Set<String> pools) {
        int maxConnections = (int) settings.integer("max_connections", 0, Integer.MAX_VALUE, 0);
        Duration idleTimeout = settings.duration("idle_timeout", IDLE_TIMEOUT);
        Duration halfClosedTimeout = settings.duration("half_closed_timeout", HALF_CLOSED_TIMEOUT);
        Optional<Duration> drainTimeout = settings.read(DRAIN_TIMEOUT, ValueType.DURATION);
        Optional<Keepalive> keepalive = KeepaliveReader.read(settings);
        boolean abortOnClose = settings.bool("abort_on_close", false);
        AccessConfig access = AccessReader.read(settings);
        List<Address> addresses = addresses(settings, "listen_addr");
        Set<PosixFilePermission> unixMode = unixMode(settings, addresses);
        RoutingConfig routing = new RouteReader(problems, pools).read(settings, access);
        Optional<ListenerTls> tls = ListenerTlsReader.read(settings);
        settings.require("listen_addr", "an address such as \"127.0.0.1:8081\" or an array of them");
        RouteReader.requirePool(settings);
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ListenerConfig(name, addresses, unixMode, routing, maxConnections, idleTimeout,
                halfClosedTimeout, drainTimeout, keepalive, abortOnClose, access, tls));
    }

    /** Reads an address or an array of addresses; empty if the key is missing. */
    List<Address> addresses(TreeSettings settings, String key) {
        Optional<ConfigTree> value = settings.value(key);
        List<Address> addresses = new ArrayList<>();
        if (value.isPresent() && value.get() instanceof ConfigTree.Array array) {
            for (int i = 0; i < array.elements().size(); i++) {
                addresses.addAll(addresses(settings, settings.path(key, i), array.elements().get(i)));
            }
            if (array.elements().isEmpty()) {
                settings.problem(key, "expected at least one address such as \"127.0.0.1:8081\", found []");
            }
        } else {
            value.ifPresent(single -> addresses.addAll(addresses(settings, settings.path(key), single)));
        }
        return List.copyOf(addresses);
    }

    /** Reads the address of the admin endpoint; empty if the key is missing. */
    Optional<HostPort> adminAddress(TreeSettings settings, String key) {
        return settings.value(key).flatMap(value -> {
            Optional<HostPort> address = settings.read(settings.path(key), value, AddressText.OF_ADMIN);
            address.ifPresent(read -> checkNew(List.of(read), settings.path(key), value.origin()));
            return address;
        });
    }

    /** Reads an address or a range of ports. */
    private List<Address> addresses(TreeSettings settings, String where, ConfigTree value) {
        List<Address> addresses = settings.read(where, value, PortRange.OF_LISTENER).orElse(List.of());
        checkNew(addresses, where, value.origin());
        return addresses;
    }

    /** Records a mistake if an address occurs twice; one for a range. */
    private void checkNew(List<? extends Address> addresses, String where, Origin origin) {
        boolean isReported = false;
        for (Address address : addresses) {
            boolean isFixed = !(address instanceof HostPort internet && internet.port() == 0);
            // port 0 selects another free port for each address
            Origin first = isFixed ? origins.putIfAbsent(address.key(), origin) : null;
            if (first != null && !isReported) {
                problems.add(origin, where + ": duplicate address " + address + ", already at " + first
                        + "; an address can be listened on once");
                isReported = true;
            }
        }
    }

    /** Reads the file mode, which is a mistake without a Unix-domain socket. */
    private static Set<PosixFilePermission> unixMode(TreeSettings settings, List<Address> addresses) {
        Optional<Set<PosixFilePermission>> mode = settings.read("unix_mode", ValueType.MODE);
        if (mode.isPresent() && !addresses.isEmpty() && addresses.stream().noneMatch(UnixPath.class::isInstance)) {
            settings.problem("unix_mode", "no address of this listener is a Unix-domain socket; leave it out");
        }
        return mode.orElse(UnixPath.DEFAULT_MODE);
    }
}
