package io.apexproxy.runtime.config.read;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.PoolConfig.OnBackendDown;
import io.apexproxy.runtime.config.PoolConfig.Resolve;
import io.apexproxy.runtime.config.PoolConfig.WhenAllDown;
import io.apexproxy.runtime.config.ProbeHeader;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.address.NetworkText;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tls.ProbeTls;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reader of pools and their plugin selections. Invalid backends are omitted; defaults replace invalid values. */
final class PoolReader {

    private static final String PROXY_PROTOCOL = "proxy_protocol";
    private static final List<String> HEALTH_CHECK_KEYS =
            List.of("interval", "fast_interval", "timeout", "rise", "fall", PROXY_PROTOCOL);
    /** A setting of plugins: the port of a service other than that of the connections. */
    private static final String PORT = "port";

    private static final String LOAD_BALANCER = "round-robin";
    private static final String HEALTH_CHECK = "tcp";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int CONNECT_ATTEMPTS = 3;
    private static final Duration RESOLVE_INTERVAL = Duration.ofSeconds(30); // as in the JDK
    private static final int DEFAULT_MAX_ADDRESSES = 256;
    private static final int MAX_ADDRESSES = 65_536; // each has its own counters and probes
    private static final int MAX_CONNECT_ATTEMPTS = 100; // clients time out much earlier

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration FAST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int RISE = 2;
    private static final int FALL = 3;
    private static final int MAX_CONSECUTIVE = 1000; // more than an hour of probes every 5 s

    private final Problems problems;
    private final ForwardingLoopCheck loopCheck;
    private final ProviderReader providers;

    PoolReader(Problems problems, ForwardingLoopCheck loopCheck) {
        this.problems = problems;
        this.loopCheck = loopCheck;
        this.providers = new ProviderReader(problems);
    }

    /** Reads {@code [pools.NAME]}. */
    PoolConfig read(String name, TreeSettings settings) {
        Duration connectTimeout = settings.duration("connect_timeout", CONNECT_TIMEOUT);
        int connectAttempts = (int) settings.integer("connect_attempts", 1, MAX_CONNECT_ATTEMPTS, CONNECT_ATTEMPTS);
        WhenAllDown whenAllDown = settings.choice("when_all_down", WhenAllDown.class, WhenAllDown.REFUSE);
        OnBackendDown onBackendDown = settings.choice("on_backend_down", OnBackendDown.class, OnBackendDown.KEEP);
        Resolve resolve = settings.choice("resolve", Resolve.class, Resolve.ALL);
        Duration resolveInterval = settings.duration("resolve_interval", RESOLVE_INTERVAL);
        int maxAddresses = (int) settings.integer("max_addresses", 1, MAX_ADDRESSES, DEFAULT_MAX_ADDRESSES);
        Optional<Keepalive> keepalive = KeepaliveReader.read(settings);
        ProxyVersion proxyProtocol = settings.choice(PROXY_PROTOCOL, ProxyVersion.class, ProxyVersion.OFF);
        Optional<InetAddress> sourceAddress = settings.read("source_address", NetworkText.ADDRESS);
        PoolConfig pool = new PoolConfig(name, backends(name, settings, "backends"), loadBalancer(settings),
                healthCheck(settings), connectTimeout, connectAttempts, whenAllDown, onBackendDown, resolve,
                resolveInterval, maxAddresses, keepalive, proxyProtocol, sourceAddress, Optional.empty());
        settings.require("backends", "an array such as [\"127.0.0.1:9000\"]");
        return pool;
    }

    /** Reads the pool of the short form from the root table. */
    PoolConfig readShortForm(String name, TreeSettings root) {
        return new PoolConfig(name, backends(name, root, "backend_addrs"), loadBalancer(root), healthCheck(root),
                CONNECT_TIMEOUT, CONNECT_ATTEMPTS, WhenAllDown.REFUSE, OnBackendDown.KEEP, Resolve.ALL,
                RESOLVE_INTERVAL, DEFAULT_MAX_ADDRESSES, Optional.of(Keepalive.DEFAULT), ProxyVersion.OFF,
                Optional.empty(), Optional.empty());
    }

    private List<BackendConfig> backends(String pool, TreeSettings settings, String key) {
        return new BackendReader(pool, settings, problems, loopCheck).read(key);
    }

    private ProviderConfig loadBalancer(TreeSettings settings) {
        TreeSettings selection = providers.selectionTable(settings, "load_balancer", LOAD_BALANCER);
        return providers.provider(selection, LOAD_BALANCER, List.of());
    }

    private HealthCheckConfig healthCheck(TreeSettings settings) {
        TreeSettings check = providers.selectionTable(settings, "health_check", HEALTH_CHECK);
        Duration interval = check.duration("interval", INTERVAL);
        Duration shorter = interval.compareTo(FAST_INTERVAL) < 0 ? interval : FAST_INTERVAL;
        return new HealthCheckConfig(
                providers.provider(check, HEALTH_CHECK, HEALTH_CHECK_KEYS),
                interval,
                check.duration("fast_interval", shorter),
                check.duration("timeout", TIMEOUT),
                (int) check.integer("rise", 1, MAX_CONSECUTIVE, RISE),
                (int) check.integer("fall", 1, MAX_CONSECUTIVE, FALL),
                check.choice(PROXY_PROTOCOL, ProbeHeader.class,
                        check.keys().contains(PORT) ? ProbeHeader.OFF : ProbeHeader.AS_POOL),
                ProbeTls.AS_POOL);
    }
}
