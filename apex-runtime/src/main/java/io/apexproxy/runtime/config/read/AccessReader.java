package io.apexproxy.runtime.config.read;

import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.ClientLimits;
import io.apexproxy.runtime.config.ProxyHeaderConfig;
import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.config.address.NetworkText;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.time.Duration;
import java.util.Optional;

/** Reader of the settings of a listener that decide which clients it serves. */
final class AccessReader {

    private static final String PROXY_PROTOCOL = "proxy_protocol";
    private static final String FROM = "from";
    private static final String PER_CLIENT = "per_client";
    private static final int MAX_RATE = 1_000_000; // a period of 1 µs
    private static final int MAX_TABLE_SIZE = 10_000_000; // about 1 GB

    private AccessReader() {
    }

    /** Reads the settings. Defaults replace missing and invalid values; the latter are recorded as mistakes. */
    static AccessConfig read(TreeSettings listener) {
        Optional<ProxyHeaderConfig> proxyProtocol = listener
                .read(PROXY_PROTOCOL, ValueType.table("a table such as { from = [\"10.0.0.0/8\"] }"))
                .map(table -> proxyProtocol(listener.open(table, listener.path(PROXY_PROTOCOL))));
        Duration timeout = listener.duration("first_bytes_timeout", AccessConfig.FIRST_BYTES_TIMEOUT);
        requireNetwork(listener, "allow");
        int rate = (int) listener.integer("rate", 0, MAX_RATE, 0);
        return new AccessConfig(proxyProtocol, timeout, networks(listener, "allow"), networks(listener, "deny"), rate,
                perClient(listener));
    }

    private static ProxyHeaderConfig proxyProtocol(TreeSettings table) {
        NetworkSet from = networks(table, FROM);
        requireNetwork(table, FROM);
        table.require(FROM, "the networks of the peers that send a header, such as [\"10.0.0.0/8\"]");
        return new ProxyHeaderConfig(from,
                table.choice("others", ProxyHeaderConfig.Others.class, ProxyHeaderConfig.Others.REFUSE));
    }

    /** Reads an array of networks; empty if it is missing or invalid. */
    static NetworkSet networks(TreeSettings settings, String key) {
        return new NetworkSet(
                settings.elements(key, "an array of networks such as [\"10.0.0.0/8\"]", NetworkText.TYPE));
    }

    /** Records a mistake for an empty array, of which one reader expects all clients and another expects none. */
    static void requireNetwork(TreeSettings settings, String key) {
        if (settings.isEmptyArray(key)) {
            settings.problem(key, "expected at least one network such as \"10.0.0.0/8\", found []; write"
                    + " [\"0.0.0.0/0\", \"::/0\"] for all");
        }
    }

    private static ClientLimits perClient(TreeSettings listener) {
        TreeSettings table = listener.table(PER_CLIENT);
        ClientLimits none = ClientLimits.NONE;
        return new ClientLimits((int) table.integer("max_connections", 0, Integer.MAX_VALUE, none.maxConnections()),
                (int) table.integer("rate", 0, MAX_RATE, none.rate()),
                (int) table.integer("ipv6_prefix", 1, 128, none.ipv6Prefix()),
                (int) table.integer("table_size", 1, MAX_TABLE_SIZE, none.tableSize()));
    }
}
