package io.apexproxy.runtime.config.read;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.PoolConfig.Resolve;
import io.apexproxy.runtime.config.PoolConfig.WhenAllDown;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.NetworkText;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.read.pool.SessionSettingsReader;
import io.apexproxy.runtime.config.tls.PoolTls;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reader of pools and their plugin selections. Invalid backends are omitted; defaults replace invalid values. */
final class PoolReader {

    private static final String PROXY_PROTOCOL = "proxy_protocol";
    private static final String LOAD_BALANCER = "round-robin";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int CONNECT_ATTEMPTS = 3;
    private static final Duration RESOLVE_INTERVAL = Duration.ofSeconds(30); // as in the JDK
    private static final int DEFAULT_MAX_ADDRESSES = 256;
    private static final int MAX_ADDRESSES = 65_536; // each has its own counters and probes
    private static final int MAX_CONNECT_ATTEMPTS = 100; // clients time out much earlier
    private static final int MAX_QUEUE_LIMIT = 1_000_000; // far more than one process can hold

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
                settings.durationOrZero("slow_start"), settings.durationOrZero("early_close"), queue);
        settings.require("backends", "an array such as [\"127.0.0.1:9000\"]");
        return pool;
    }

    /** Reads the pool of the short form from the root table. */
    PoolConfig readShortForm(String name, TreeSettings root) {
        return new PoolConfig(name, backends(name, root, "backend_addrs"), loadBalancer(root),
                healthChecks.read(root, false),
                CONNECT_TIMEOUT, CONNECT_ATTEMPTS, WhenAllDown.REFUSE, SessionSettings.DEFAULT, Resolve.ALL,
                RESOLVE_INTERVAL, DEFAULT_MAX_ADDRESSES, Optional.of(Keepalive.DEFAULT), ProxyVersion.OFF,
                Optional.empty(), Optional.empty());
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
