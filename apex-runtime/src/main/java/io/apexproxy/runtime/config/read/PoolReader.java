package io.apexproxy.runtime.config.read;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.PoolConfig.Resolve;
import io.apexproxy.runtime.config.PoolConfig.WhenAllDown;
import io.apexproxy.runtime.config.PoolConfig.WhenEmpty;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.NetworkText;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.read.pool.SessionSettingsReader;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import io.apexproxy.runtime.log.Durations;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reader of pools and their plugin selections. Invalid backends are omitted; defaults replace invalid values. */
final class PoolReader {

    private static final String PROXY_PROTOCOL = "proxy_protocol";
    private static final String BACKENDS_FROM = "backends_from";
    private static final List<String> DISCOVERY_KEYS =
            List.of("start_timeout", "keep_missing", "keep_stale", "when_empty");
    private static final String LOAD_BALANCER = "round-robin";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int CONNECT_ATTEMPTS = 3;
    private static final Duration RESOLVE_INTERVAL = Duration.ofSeconds(30); // as in the JDK
    private static final int DEFAULT_MAX_ADDRESSES = 256;
    private static final int MAX_ADDRESSES = 65_536; // each has its own counters and probes
    private static final int MAX_CONNECT_ATTEMPTS = 100; // clients time out much earlier
    private static final int MAX_QUEUE_LIMIT = 1_000_000; // far more than one process can hold

    private static final Duration START_TIMEOUT = Duration.ofSeconds(5); // as the probes of a start
    private static final Duration KEEP_MISSING = Duration.ofSeconds(30); // as HAProxy keeps one after NXDOMAIN
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MAX_INTERVAL = Duration.ofSeconds(30);
    /** A duration; zero for {@code forever}. */
    private static final ValueType<Duration> KEEP_STALE = new ValueType<>(
            "\"forever\" or " + ValueType.DURATION.expected(),
            value -> ValueType.text(value).filter("forever"::equals).map(any -> Duration.ZERO)
                    .or(() -> ValueType.DURATION.conversion().apply(value)),
            ValueType.DURATION.hint());

    private final Problems problems;
    private final ForwardingLoopCheck loopCheck;
    private final ProviderReader providers;
    private final HealthCheckReader healthChecks;

    PoolReader(Problems problems, ForwardingLoopCheck loopCheck) {
        this.problems = problems;
        this.loopCheck = loopCheck;
        this.providers = new ProviderReader(problems);
        this.healthChecks = new HealthCheckReader(providers);
    }

    /** Reads {@code [pools.NAME]}. */
    PoolConfig read(String name, TreeSettings settings) {
        Duration connectTimeout = settings.duration("connect_timeout", CONNECT_TIMEOUT);
        int connectAttempts = (int) settings.integer("connect_attempts", 1, MAX_CONNECT_ATTEMPTS, CONNECT_ATTEMPTS);
        WhenAllDown whenAllDown = settings.choice("when_all_down", WhenAllDown.class, WhenAllDown.REFUSE);
        SessionSettings sessions = SessionSettingsReader.read(settings);
        Resolve resolve = settings.choice("resolve", Resolve.class, Resolve.ALL);
        Duration resolveInterval = settings.duration("resolve_interval", RESOLVE_INTERVAL);
        int maxAddresses = (int) settings.integer("max_addresses", 1, MAX_ADDRESSES, DEFAULT_MAX_ADDRESSES);
        Optional<Keepalive> keepalive = KeepaliveReader.read(settings);
        ProxyVersion proxyProtocol = settings.choice(PROXY_PROTOCOL, ProxyVersion.class, ProxyVersion.OFF);
        Optional<InetAddress> sourceAddress = settings.read("source_address", NetworkText.ADDRESS);
        PoolConfig.Queue queue = queue(settings);
        List<BackendConfig> backends = backends(name, settings, "backends");
        Optional<PoolTls> tls = PoolTlsReader.read(settings, backends);
        PoolConfig pool = new PoolConfig(name, backends, loadBalancer(settings),
                healthChecks.read(settings, settings.has(TlsValues.TABLE)),
                connectTimeout, connectAttempts, whenAllDown, sessions, resolve,
                resolveInterval, maxAddresses, keepalive, proxyProtocol, sourceAddress, tls,
                settings.durationOrZero("slow_start"), settings.durationOrZero("early_close"), queue,
                discovery(settings), Map.of());
        if (pool.backendsFrom().isEmpty()) {
            settings.require("backends", "an array such as [\"127.0.0.1:9000\"]");
        }
        return pool;
    }

    /** Reads the source of backends. The settings of its policy have no effect without it. */
    private Optional<PoolConfig.Discovery> discovery(TreeSettings settings) {
        Duration startTimeout = settings.duration("start_timeout", START_TIMEOUT);
        Duration keepMissing = settings.read("keep_missing", ValueType.DURATION_OR_ZERO).orElse(KEEP_MISSING);
        Optional<Duration> keepStale = settings.read("keep_stale", KEEP_STALE).filter(limit -> !limit.isZero());
        WhenEmpty whenEmpty = settings.choice("when_empty", WhenEmpty.class, WhenEmpty.KEEP);
        if (!settings.has(BACKENDS_FROM)) {
            DISCOVERY_KEYS.stream().filter(settings::has).forEach(key -> settings.problem(key, "has no effect without "
                    + BACKENDS_FROM + "; leave it out, or add " + BACKENDS_FROM + " = { provider = \"...\" }"));
            return Optional.empty();
        }
        TreeSettings source = providers.selectionTable(settings, BACKENDS_FROM, "name");
        Duration minInterval = source.duration("min_interval", MIN_INTERVAL);
        Duration maxInterval = source.duration("max_interval", MAX_INTERVAL);
        if (source.has("max_interval") && maxInterval.compareTo(minInterval) < 0) {
            source.problem("max_interval", "expected min_interval, " + Durations.text(minInterval) + ", or more, found "
                    + Durations.text(maxInterval));
        }
        ProviderConfig selection = providers.provider(source, "", List.of("min_interval", "max_interval"));
        source.require(ProviderReader.PROVIDER, "the name of a backend source");
        return selection.provider().isEmpty() ? Optional.empty()
                : Optional.of(new PoolConfig.Discovery(selection, minInterval, maxInterval, startTimeout, keepMissing,
                        keepStale, whenEmpty));
    }

    /** Reads the pool of the short form from the root table. */
    PoolConfig readShortForm(String name, TreeSettings root) {
        return new PoolConfig(name, backends(name, root, "backend_addrs"), loadBalancer(root),
                healthChecks.read(root, false),
                CONNECT_TIMEOUT, CONNECT_ATTEMPTS, WhenAllDown.REFUSE, SessionSettings.DEFAULT, Resolve.ALL,
                RESOLVE_INTERVAL, DEFAULT_MAX_ADDRESSES, Optional.of(Keepalive.DEFAULT), ProxyVersion.OFF,
                Optional.empty(), Optional.empty());
    }

    /**
     * Returns the pools with the ports of probes for backends that have the port of the listener: the first port of the
     * first listener that names the pool.
     *
     * @param key the key of the backends in the table of a pool
     * @param tables returns the table of a pool, for messages
     */
    static List<PoolConfig> withPortsOfListeners(List<PoolConfig> pools, List<ListenerConfig> listeners, String key,
            Function<PoolConfig, TreeSettings> tables) {
        return pools.stream().map(pool -> pool.backends().stream().noneMatch(PoolReader::hasPortOfListener) ? pool
                : withPortOfListener(pool, listeners, key, tables.apply(pool))).toList();
    }

    private static PoolConfig withPortOfListener(PoolConfig pool, List<ListenerConfig> listeners, String key,
            TreeSettings table) {
        Optional<Integer> port = listeners.stream()
                .filter(listener -> listener.routing().pools().contains(pool.name()))
                .flatMap(listener -> listener.firstPort().stream()).findFirst();
        if (port.isEmpty()) {
            table.problem(key, "a backend with the port \"+0\" needs a listener that names this pool and has a port,"
                    + " which health checks use");
            return pool;
        }
        return pool.withBackends(pool.backends().stream().map(backend -> hasPortOfListener(backend)
                ? backend.with(((HostPort) backend.address()).withPort(port.get())) : backend).toList());
    }

    private static boolean hasPortOfListener(BackendConfig backend) {
        return backend.address() instanceof HostPort internet && internet.isPortOfListener();
    }

    private static PoolConfig.Queue queue(TreeSettings settings) {
        Duration timeout = settings.durationOrZero("queue_timeout");
        int limit = (int) settings.integer("queue_limit", 1, MAX_QUEUE_LIMIT, PoolConfig.Queue.DEFAULT_LIMIT);
        return new PoolConfig.Queue(timeout, limit);
    }

    private List<BackendConfig> backends(String pool, TreeSettings settings, String key) {
        return new BackendReader(pool, settings, problems, loopCheck).read(key);
    }

    private ProviderConfig loadBalancer(TreeSettings settings) {
        TreeSettings selection = providers.selectionTable(settings, "load_balancer", LOAD_BALANCER);
        return providers.provider(selection, LOAD_BALANCER, List.of());
    }
}
