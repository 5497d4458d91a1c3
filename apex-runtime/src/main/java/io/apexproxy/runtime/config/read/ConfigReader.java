package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig.EngineName;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.config.tree.NameRules;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TomlText;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Reader of a configuration, which converts the tree of a configuration source to validated records.
 *
 * <p>A configuration has one of two forms. The full form has {@code [listeners.NAME]} and {@code [pools.NAME]} tables.
 * The short form has {@code backend_addrs} and optionally {@code listen_addr} (default {@code 127.0.0.1:8081}), {@code
 * load_balancer} and {@code health_check}. It defines one listener and one pool, both named {@value #SHORT_FORM_NAME}.
 */
public final class ConfigReader {

    /** The name of the listener and of the pool of the short form, in logs and metrics. */
    public static final String SHORT_FORM_NAME = "default";

    /** The keys of the root table that define listeners and pools, in the full and the short form. */
    public static final List<String> TRAFFIC =
            List.of("listeners", "pools", "backend_addrs", "listen_addr", "load_balancer", "health_check");

    private static final int TLS_HANDSHAKES = 1000;
    private static final int MAX_TLS_HANDSHAKES = 1_000_000; // sanity limit
    private static final ValueType<String> JSSE_PROVIDER = new ValueType<>("the name of a JSSE provider",
            value -> ValueType.text(value).filter(text -> !text.isBlank()), value -> "");
    private static final ValueType<String> STATE_DIRECTORY = new ValueType<>("a directory such as \"/var/lib/apex\"",
            value -> ValueType.text(value).filter(text -> !text.isBlank()), value -> "");
    private static final ValueType<EngineName> ENGINE = ValueType.choice(EngineName.class, EngineName::text);
    private static final HostPort SHORT_FORM_ADDRESS = new HostPort("127.0.0.1", 8081);

    private static final int MAX_THREADS = 1024; // sanity limit
    private static final long MIN_BUFFER_MEMORY = 1L << 20; // a few connections with buffers of full size
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);

    private final TreeSettings root;
    private final Problems problems;
    private final ListenerReader listenerReader;
    private final PoolReader poolReader;
    private final ForwardingLoopCheck loopCheck;

    private ConfigReader(ConfigTree.Table root, Problems problems) {
        this.root = new TreeSettings(root, "", problems);
        this.problems = problems;
        this.listenerReader = new ListenerReader(problems);
        this.loopCheck = new ForwardingLoopCheck(problems);
        this.poolReader = new PoolReader(problems, loopCheck);
    }

    /**
     * Reads a configuration. Continues after each mistake.
     *
     * <p>A result with mistakes must not be applied. It contains the valid values, and defaults for the others. It
     * contains all pools with their plugins, so that the caller can find the mistakes that only plugins detect.
     *
     * @param root the root table
     * @param problems collects the mistakes
     * @return the configuration
     */
    public static ProxyConfig read(ConfigTree.Table root, Problems problems) {
        return new ConfigReader(root, problems).read();
    }

    /**
     * Checks the other settings of a configuration file whose {@code config_source} cannot be used.
     *
     * @param root the root table of the file
     * @param problems collects the mistakes
     */
    public static void readProcessSettings(ConfigTree.Table root, Problems problems) {
        ConfigReader reader = new ConfigReader(root, problems);
        reader.root.addKnown(TRAFFIC);
        reader.root.addKnown(List.of(SourceSelections.TRAFFIC_SOURCE, SourceSelections.INCLUDE));
        reader.proxyConfig(List.of(), List.of());
        reader.root.reportUnread();
    }

    private ProxyConfig proxyConfig(List<ListenerConfig> listeners, List<PoolConfig> pools) {
        return new ProxyConfig(
                root.read("engine", ENGINE).orElse(EngineName.AUTO),
                (int) root.integer("threads", 1, MAX_THREADS, Runtime.getRuntime().availableProcessors()),
                (int) root.integer("max_connections", 0, Integer.MAX_VALUE, 0),
                bufferMemory(),
                root.duration(ListenerReader.DRAIN_TIMEOUT, DRAIN_TIMEOUT),
                root.durationOrZero("drain_delay"),
                (int) root.integer("tls_handshakes", 1, MAX_TLS_HANDSHAKES, TLS_HANDSHAKES),
                root.read("tls_provider", JSSE_PROVIDER),
                EndpointReader.controlSocket(root),
                root.read(SourceSelections.OVERRIDES, SourceSelections.FILE),
                root.read("state_directory", STATE_DIRECTORY),
                root.choice("access_log", AccessLogFormat.class, AccessLogFormat.TEXT),
                EndpointReader.admin(root, listenerReader),
                listeners,
                pools);
    }

    private ProxyConfig read() {
        boolean hasListeners = root.has("listeners");
        boolean hasPools = root.has("pools"); // read in any case, because an unread key is an error
        boolean full = hasListeners || hasPools;
        List<PoolConfig> read = full ? pools() : List.of(poolReader.readShortForm(SHORT_FORM_NAME, root));
        List<ListenerConfig> listeners = full ? listeners(read) : List.of(shortFormListener());
        // with other mistakes, a listener can be missing here
        List<PoolConfig> pools = !problems.isEmpty() ? read
                : PoolReader.withPortsOfListeners(read, listeners, full ? "backends" : "backend_addrs",
                        pool -> full ? root.table("pools").table(pool.name()) : root);
        ProxyConfig config = proxyConfig(listeners, pools); // last, so that an address clash is reported at admin
        if (full) {
            rejectShortForm();
            requireTables();
        } else {
            requireBackends();
        }
        loopCheck.report(listeners);
        root.addKnown(List.of(SourceSelections.TRAFFIC_SOURCE, SourceSelections.INCLUDE)); // the caller reads it
        root.reportUnread();
        return config;
    }

    private OptionalLong bufferMemory() {
        Optional<Long> bytes = root.read("buffer_memory", ValueType.SIZE);
        if (bytes.isPresent() && bytes.get() < MIN_BUFFER_MEMORY) {
            String found = root.value("buffer_memory").map(TomlText::value).orElseThrow();
            root.problem("buffer_memory", "expected \"1MiB\" or more, found " + found);
        }
        return bytes.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private ListenerConfig shortFormListener() {
        List<Address> addresses = listenerReader.addresses(root, "listen_addr");
        return new ListenerConfig(SHORT_FORM_NAME, addresses.isEmpty() ? List.of(SHORT_FORM_ADDRESS) : addresses,
                UnixPath.DEFAULT_MODE, SHORT_FORM_NAME, 0, ListenerReader.IDLE_TIMEOUT,
                ListenerReader.HALF_CLOSED_TIMEOUT, Optional.of(Keepalive.DEFAULT));
    }

    private void requireBackends() {
        if (Stream.of("listeners", "pools", SourceSelections.TRAFFIC_SOURCE)
                .allMatch(key -> root.misspelling(key).isEmpty())) {
            root.require("backend_addrs",
                    "at least backend_addrs = [\"127.0.0.1:9000\"], or [listeners.web] and [pools.web]");
        }
    }

    private List<PoolConfig> pools() {
        List<PoolConfig> pools = new ArrayList<>();
        tables("pools").forEach((name, settings) -> pools.add(poolReader.read(name, settings)));
        return List.copyOf(pools);
    }

    private List<ListenerConfig> listeners(List<PoolConfig> pools) {
        TreeSettings poolTables = root.table("pools");
        TlsCheck tlsCheck = new TlsCheck(poolTables, pools);
        List<ListenerConfig> listeners = new ArrayList<>();
        tables("listeners").forEach((name, settings) -> listenerReader.read(name, settings, poolTables.keys())
                .ifPresent(listener -> {
                    tlsCheck.check(listener, settings);
                    listeners.add(listener);
                }));
        return List.copyOf(listeners);
    }

    /** Returns the tables {@code [key.NAME]} by name. */
    private Map<String, TreeSettings> tables(String key) {
        TreeSettings all = root.table(key);
        Map<String, TreeSettings> tables = new LinkedHashMap<>();
        for (String name : all.keys()) {
            if (!NameRules.isValid(name)) {
                problems.add(all.keyOrigin(name), key + ": expected " + NameRules.TYPE.expected()
                        + ", found '" + TomlText.plain(name) + "'" + NameRules.hint(name));
            }
            all.read(name, ValueType.table("a table such as [" + key + ".web]"))
                    .ifPresent(table -> tables.put(name, all.open(table, all.path(name))));
        }
        return tables;
    }

    private void rejectShortForm() {
        reject("backend_addrs", "write backends = [...] in [pools.web]");
        reject("load_balancer", "write it in [pools.web]");
        reject("health_check", "write it in [pools.web]");
        reject("listen_addr", "write it in [listeners.web]");
    }

    private void reject(String key, String correction) {
        if (root.has(key)) {
            root.problem(key, "cannot be combined with [listeners] and [pools]; " + correction);
        }
    }

    private void requireTables() {
        if (root.has("backend_addrs")) {
            return; // the user possibly expects it to define them
        }
        requireTable("listeners", "[listeners.web] with listen_addr = \"127.0.0.1:8081\" and pool = \"web\"");
        requireTable("pools", "[pools.web] with backends = [\"127.0.0.1:9000\"]");
    }

    private void requireTable(String key, String example) {
        root.require(key, "at least one such as " + example);
        root.value(key)
                .filter(value -> value instanceof ConfigTree.Table table && table.members().isEmpty())
                .ifPresent(empty -> root.problem(key, "expected at least one such as " + example + ", found {}"));
    }
}
