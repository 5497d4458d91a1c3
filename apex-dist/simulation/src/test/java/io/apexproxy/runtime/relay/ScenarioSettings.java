package io.apexproxy.runtime.relay;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.AccessConfig;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProbeHeader;
import io.apexproxy.runtime.config.ProviderConfig;
import io.apexproxy.runtime.config.ProxyVersion;
import io.apexproxy.runtime.config.RoutingConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.pool.DrainRule;
import io.apexproxy.runtime.config.pool.Rebalance;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.tls.ProbeTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The configuration of a simulated proxy.
 *
 * @param loops number of event loops, 1 to 3
 * @param distributesConnections whether several loops listen on one address; otherwise there is one loop
 * @param bufferMemory limit of the buffers, in bytes
 * @param maxConnections limit over all listeners; 0: no limit
 * @param listenerConnections limit of the listener; 0: no limit
 * @param idle the idle timeout
 * @param halfClosed the half-closed timeout
 * @param connect the connect timeout
 * @param attempts most backends tried for a connection
 * @param backends number of backends of a pool
 * @param backendConnections limit of each backend; 0: no limit
 * @param sessions the ends that pools give to open sessions
 * @param triesAll whether backends are tried while none is healthy
 * @param drain the drain timeout
 * @param abortsOnClose whether a half-close by the client ends a session that has no backend connection yet
 * @param queue the queue of each pool
 * @param earlyClose the time in which a backend that closes before its first byte has failed; zero: none
 * @param slowStart the duration of slow starts; zero: none
 * @param hasBackup whether the last backend of each pool is a backup
 */
record ScenarioSettings(int loops, boolean distributesConnections, long bufferMemory, int maxConnections,
        int listenerConnections, Duration idle, Duration halfClosed, Duration connect, int attempts, int backends,
        int backendConnections, SessionSettings sessions, boolean triesAll, Duration drain, boolean abortsOnClose,
        PoolConfig.Queue queue, Duration earlyClose, Duration slowStart, boolean hasBackup) {

    private static final Origin NOWHERE = new Origin("simulation", 1, 1);
    private static final int FIRST_BACKEND_PORT = 9_000;
    private static final long LARGE_MEMORY = 512L << 20;

    static ScenarioSettings any(SplittableRandom random) {
        return new ScenarioSettings(1 + random.nextInt(3), random.nextInt(8) > 0,
                random.nextInt(3) == 0 ? random.nextInt(8) * 65_536L : LARGE_MEMORY, limit(random, 4), limit(random, 4),
                duration(random, 200, 20_000), duration(random, 100, 10_000), duration(random, 250, 2_000),
                1 + random.nextInt(3), 1 + random.nextInt(3), random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0,
                sessions(random),
                random.nextInt(3) == 0, duration(random, 10, 5_000), random.nextInt(4) == 0, queue(random),
                random.nextInt(3) == 0 ? duration(random, 20, 5_000) : Duration.ZERO,
                random.nextInt(3) == 0 ? duration(random, 100, 20_000) : Duration.ZERO, random.nextInt(3) == 0);
    }

    private static SessionSettings sessions(SplittableRandom random) {
        DrainRule onDown = switch (random.nextInt(3)) {
            case 0 -> DrainRule.KEEP;
            case 1 -> DrainRule.CLOSE;
            default -> DrainRule.drain(duration(random, 50, 10_000));
        };
        Duration age = random.nextInt(3) == 0 ? duration(random, 100, 20_000) : Duration.ZERO;
        Optional<Rebalance> rebalance = random.nextInt(3) == 0
                ? Optional.of(new Rebalance(1 + random.nextInt(100), duration(random, 10, 5_000))) : Optional.empty();
        return new SessionSettings(onDown, DrainRule.KEEP, age, rebalance);
    }

    private static PoolConfig.Queue queue(SplittableRandom random) {
        return new PoolConfig.Queue(random.nextInt(3) == 0 ? Duration.ZERO : duration(random, 20, 20_000),
                random.nextInt(3) == 0 ? 1 + random.nextInt(8) : PoolConfig.Queue.DEFAULT_LIMIT);
    }

    private static int limit(SplittableRandom random, int oneIn) {
        return random.nextInt(oneIn) == 0 ? 1 + random.nextInt(6) : 0;
    }

    private static Duration duration(SplittableRandom random, int leastMillis, int mostMillis) {
        double times = Math.pow((double) mostMillis / leastMillis, random.nextDouble());
        return Duration.ofMillis((long) (leastMillis * times));
    }

    /** Returns the settings after a reload: the limits and timeouts change, but not the number of backends. */
    ScenarioSettings reloaded(SplittableRandom random) {
        ScenarioSettings other = any(random);
        return new ScenarioSettings(loops, distributesConnections, bufferMemory, other.maxConnections,
                other.listenerConnections, other.idle, other.halfClosed, connect, attempts, backends,
                other.backendConnections, other.sessions, triesAll, drain, other.abortsOnClose, other.queue,
                earlyClose, other.slowStart, other.hasBackup);
    }

    boolean isLimited() {
        return maxConnections > 0 || listenerConnections > 0;
    }

    ListenerConfig listener(InetSocketAddress address) {
        Address text = new HostPort(address.getAddress().getHostAddress(), address.getPort());
        return new ListenerConfig("web", List.of(text), Set.of(), RoutingConfig.to("one"), listenerConnections, idle,
                halfClosed, Optional.empty(),
                Optional.of(Keepalive.DEFAULT), abortsOnClose, AccessConfig.OPEN, Optional.empty());
    }

    /** Returns whether the limit of the buffers is never reached. */
    boolean hasLargeMemory() {
        return bufferMemory == LARGE_MEMORY;
    }

    /** Returns the addresses of a pool's backends. */
    List<InetSocketAddress> addresses(int pool) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < backends; i++) {
            addresses.add(new InetSocketAddress("127.0.0." + (pool + 2), FIRST_BACKEND_PORT + i));
        }
        return addresses;
    }

    PoolConfig pool(int number) {
        List<BackendConfig> configs = addresses(number).stream().map(address -> {
            HostPort text = new HostPort(address.getAddress().getHostAddress(), address.getPort());
            return new BackendConfig(text.toString(), text, 1, backendConnections, BackendConfig.State.ACTIVE,
                    hasBackup && address.getPort() == FIRST_BACKEND_PORT + backends - 1);
        }).toList();
        HealthCheckConfig check = new HealthCheckConfig(provider("health_check"), Duration.ofSeconds(5),
                Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 2, ProbeHeader.OFF, ProbeTls.OFF);
        return new PoolConfig("pool" + number, configs, provider("load_balancer"), check, connect, attempts,
                triesAll ? PoolConfig.WhenAllDown.TRY_ALL : PoolConfig.WhenAllDown.REFUSE,
                sessions, PoolConfig.Resolve.ALL, Duration.ofSeconds(30), 256, Optional.of(Keepalive.DEFAULT),
                ProxyVersion.OFF,
                Optional.empty(), Optional.empty(), slowStart, earlyClose, queue, Optional.empty(), Map.of());
    }

    private static ProviderConfig provider(String kind) {
        return new ProviderConfig("pools.one." + kind, "simulated", NOWHERE, new ConfigTree.Table(Map.of(), NOWHERE),
                List.of());
    }
}
