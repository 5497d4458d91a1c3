package io.apexproxy.runtime.warmup;

import io.apexproxy.api.Origin;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthCheckProvider;
import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.HealthCheckConfig;
import io.apexproxy.runtime.config.ListenerConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.log.LoggedExecutor;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.PoolContext;
import io.apexproxy.runtime.pool.health.LastVerdicts;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.pool.names.SystemNameResolver;
import io.apexproxy.runtime.relay.Relay;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Routing;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warm-up: connections of this process to itself, through a relay of their own. Afterwards the JVM has loaded the
 * classes of the relay and compiled its most frequent methods, so that the first connections of clients do not wait for
 * that. The counters of the proxy do not include them.
 */
public final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** With an archive, 300 connections gain as much as 3,000; without one, the time is the limit. */
    private static final int CONNECTIONS = 300;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final long BUFFER_MEMORY = 1 << 20;
    private static final Origin ORIGIN = Origin.of("warm-up");

    private final Engine engine;
    private final ProviderRegistry registry;
    private final long started = System.nanoTime();

    private WarmUp(Engine engine, ProviderRegistry registry) {
        this.engine = engine;
        this.registry = registry;
    }

    /**
     * Relays up to {@value #CONNECTIONS} connections, and begins none after a second. Blocks. A failure is logged and
     * has no other effect.
     *
     * @param engine the engine of the proxy
     * @param registry has the default load balancer
     */
    public static void run(Engine engine, ProviderRegistry registry) {
        WarmUp warmUp = new WarmUp(engine, registry);
        try (EchoServer backend = new EchoServer()) {
            int count = warmUp.run(config(backend.port()));
            LOG.info("Warm-up: {} connections in {} ms", count, TimeUnit.NANOSECONDS.toMillis(warmUp.nanos()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("The warm-up failed, so the first connections take longer", e);
        }
    }

    private long nanos() {
        return System.nanoTime() - started;
    }

    private int run(ProxyConfig config) throws IOException {
        LoggedExecutor control = LoggedExecutor.daemon(LOG, "apex-warm-up");
        try (SystemNameResolver names = new SystemNameResolver();
                PluginCloser closer = new PluginCloser();
                Relay relay = new Relay(engine, 1, BUFFER_MEMORY, 0, 1)) {
            relay.logAccess(AccessLogFormat.OFF);
            PoolContext context = new PoolContext(control, names, closer, new ProbeLimit(1), relay.lanes(),
                    relay.live(), () -> Duration.ZERO, System::nanoTime, new SplittableRandom(), LastVerdicts.NONE);
            Pool pool = pool(config.pools().get(0), context);
            ListenerConfig listener = config.listeners().get(0);
            ListenSocket socket = relay.bind(listener.addresses().get(0), Set.of(), false);
            socket.serve(relay.newListener(listener,
                    new Routing.Parts(Map.of(pool.name(), pool), Optional.empty(), Optional.empty())));
            int count = exchangeMany(socket.bound());
            socket.close();
            CompletableFuture.runAsync(pool::close, control).join();
            return count;
        } finally {
            control.shutdownNow();
        }
    }

    private Pool pool(PoolConfig config, PoolContext context) {
        Path directory = Path.of("").toAbsolutePath();
        PluginInstance<LoadBalancer> balancer = registry.create(LoadBalancerProvider.class, config.loadBalancer(),
                directory, LoadBalancerProvider::create);
        PluginInstance<HealthCheck> check = registry.create(HealthCheckProvider.class, config.healthCheck().check(),
                directory, HealthCheckProvider::create);
        Pool pool = new Pool(config.name(), context);
        CompletableFuture.runAsync(() -> pool.apply(config, balancer, check), context.control()).join();
        pool.firstVerdicts().toCompletableFuture().join();
        return pool;
    }

    private int exchangeMany(SocketAddress listener) throws IOException {
        int count = 0;
        while (count < CONNECTIONS && nanos() < LIMIT_NANOS) {
            EchoServer.exchange(listener, TIMEOUT_MILLIS);
            count++;
        }
        return count;
    }

    private static ProxyConfig config(int backendPort) {
        Problems problems = new Problems();
        ProxyConfig config = ConfigReader.read(new ConfigTree.Table(Map.of(
                "listen_addr", member(scalar("127.0.0.1:0")),
                "backend_addrs", member(new ConfigTree.Array(List.of(scalar("127.0.0.1:" + backendPort)), ORIGIN)),
                "health_check", member(scalar(HealthCheckConfig.NONE))), ORIGIN), problems);
        problems.throwIfAny();
        return config;
    }

    private static ConfigTree.Member member(ConfigTree value) {
        return new ConfigTree.Member(ORIGIN, value);
    }

    private static ConfigTree scalar(String value) {
        return new ConfigTree.Scalar(value, ORIGIN);
    }
}
