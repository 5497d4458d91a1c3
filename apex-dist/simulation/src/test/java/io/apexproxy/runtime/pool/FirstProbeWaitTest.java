package io.apexproxy.runtime.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.engine.sim.SimulatedExecutor;
import io.apexproxy.runtime.engine.sim.SimulatedProcess;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.SimulatedPlugins;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.health.LastVerdicts;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests of the time in which a pool waits for the first probes of added backends, in virtual time. */
class FirstProbeWaitTest {

    private static final long LIMIT = FirstProbeWait.LIMIT_MILLIS;
    /** Longer than wake-ups of the simulated threads. */
    private static final long MARGIN = 2;
    private static final long QUICK = 1;
    private static final long SLOW = 20;
    private static final long NEVER = 1_000_000;
    private static final Duration TIMEOUT = Duration.ofHours(1);

    private final Simulation simulation = new Simulation(1, false);
    private final SimulatedProcess process = new SimulatedProcess(simulation);
    private final SimulatedExecutor control = new SimulatedExecutor("control", process);
    private final SimulatedExecutor plugins = new SimulatedExecutor("plugins", process);
    private final PoolContext context = new PoolContext(control, host -> new CompletableFuture<>(), new PluginCloser(),
            new ProbeLimit(16), 1, new SimulatedSessions(simulation::nanoTime), () -> Duration.ZERO,
            simulation::nanoTime,
            simulation.random(), LastVerdicts.NONE);
    private final Map<String, Long> answerMillis = new HashMap<>();
    private final Map<String, HealthResult> answers = new HashMap<>();
    private final Pool pool = new Pool("pool", context);
    private final PluginInstance<LoadBalancer> balancer =
            SimulatedPlugins.instance(healthy -> connection -> healthy.get(0), plugins);
    private final PluginInstance<HealthCheck> check = SimulatedPlugins.instance(this::probe, plugins);

    private CompletableFuture<HealthResult> probe(Backend backend, Duration timeout) {
        CompletableFuture<HealthResult> answer = new CompletableFuture<>();
        plugins.schedule(() -> answer.complete(answers.getOrDefault(backend.name(), HealthResult.healthy())),
                answerMillis.getOrDefault(backend.name(), QUICK), TimeUnit.MILLISECONDS);
        return answer;
    }

    private void apply(String... backends) {
        pool.apply(config(backends), balancer, check);
    }

    private void run(long millis) {
        long end = simulation.elapsedNanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean[] over = {false};
        simulation.after(end - simulation.elapsedNanos(), "end", () -> over[0] = true);
        while (!over[0]) {
            simulation.step();
        }
    }

    private List<String> rotation() {
        return pool.rotation().backends().stream().map(BackendState::name).toList();
    }

    @Test
    void newPoolServesWithAllBackendsAfterTheirFirstProbes() {
        answerMillis.put("b", SLOW);
        apply("a", "b");

        run(QUICK + MARGIN);
        assertThat(pool.hasFirstVerdicts()).isFalse();
        run(SLOW);

        assertThat(pool.hasFirstVerdicts()).isTrue();
        assertThat(rotation()).containsExactly("a", "b");
    }

    @Test
    void newPoolServesAtTheLimitWithoutSilentBackend() {
        answerMillis.put("b", NEVER);
        apply("a", "b");

        run(LIMIT - MARGIN);
        assertThat(pool.hasFirstVerdicts()).isFalse();
        run(2 * MARGIN);

        assertThat(pool.hasFirstVerdicts()).isTrue();
        assertThat(rotation()).containsExactly("a");
    }

    @Test
    void newPoolWaitsLongerIfNoBackendIsHealthy() {
        answers.put("a", HealthResult.unhealthy("set by the test"));
        answerMillis.put("b", 2 * LIMIT);
        answerMillis.put("c", NEVER);
        apply("a", "b", "c");

        run(2 * LIMIT - MARGIN);
        assertThat(pool.hasFirstVerdicts()).isFalse();
        run(2 * MARGIN);

        assertThat(pool.hasFirstVerdicts()).isTrue();
        assertThat(rotation()).containsExactly("b");
    }

    @Test
    void replacedBackendsServeUntilTheirSuccessorsHaveBeenProbed() {
        apply("a");
        run(QUICK + MARGIN);
        answerMillis.put("c", SLOW);
        apply("b", "c");

        run(QUICK + MARGIN);
        assertThat(rotation()).containsExactly("a");
        run(SLOW);

        assertThat(rotation()).containsExactly("b", "c");
    }

    @Test
    void repeatedAdditionsDoNotExtendTheWait() {
        apply("a");
        run(QUICK + MARGIN);
        Stream.of("c", "d", "e").forEach(name -> answerMillis.put(name, NEVER));
        apply("b", "c");
        run(LIMIT / 2);
        apply("b", "c", "d");
        run(LIMIT / 2 - MARGIN);
        assertThat(rotation()).containsExactly("a");
        run(2 * MARGIN);
        assertThat(rotation()).containsExactly("b");
    }

    @Test
    void addedBackendServesAtOnceIfAllOthersGoDown() {
        apply("a");
        run(QUICK + MARGIN);
        answerMillis.put("c", NEVER);
        apply("a", "b", "c");
        run(QUICK + MARGIN);
        assertThat(rotation()).containsExactly("a");

        pool.connectFailed(pool.backends().get(0), "set by the test");
        run(MARGIN);

        assertThat(rotation()).containsExactly("b");
    }

    @Test
    void removalWithoutAdditionTakesEffectAtOnce() {
        apply("a", "b");
        run(QUICK + MARGIN);

        apply("b");

        assertThat(rotation()).containsExactly("b");
    }

    private static PoolConfig config(String... backends) {
        List<BackendConfig> configs = Stream.of(backends)
                .map(name -> new BackendConfig(name, new HostPort("127.0.0.1", 9000 + name.charAt(0)), 1, 0)).toList();
        return PoolConfigs.of("pool", configs, Duration.ofMinutes(10), TIMEOUT);
    }
}
