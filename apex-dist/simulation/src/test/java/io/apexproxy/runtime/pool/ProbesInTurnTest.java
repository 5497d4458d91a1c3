package io.apexproxy.runtime.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.engine.sim.SimulatedExecutor;
import io.apexproxy.runtime.engine.sim.SimulatedProcess;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.plugin.SimulatedPlugins;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.health.LastVerdicts;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests of pools whose probes wait because of a small limit of concurrent probes. */
class ProbesInTurnTest {

    private static final int MAX_PROBES = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(16, false);
    private final SimulatedProcess process = new SimulatedProcess(simulation);
    private final SimulatedExecutor control = new SimulatedExecutor("control", process);
    private final SimulatedExecutor plugins = new SimulatedExecutor("plugins", process);
    private final ProbeLimit limit = new ProbeLimit(MAX_PROBES);
    private final PoolContext context = new PoolContext(control, host -> new CompletableFuture<>(), new PluginCloser(),
            limit, 1, new SimulatedSessions(simulation::nanoTime), () -> Duration.ZERO, simulation::nanoTime,
            simulation.random(),
            LastVerdicts.NONE);
    private int inFlight;
    private int mostInFlight;
    private int probes;

    @Test
    void silentBackendsDelayNoOtherPool() {
        pool("silent", 100, answering(HealthResult.unhealthy("timed out"), TIMEOUT));
        Pool good = pool("good", 2, answering(HealthResult.healthy(), Duration.ofMillis(1)));
        assertThat(limit.waiting()).isEqualTo(98);

        // 100 silent backends in turns of 4 take 25 s
        run(() -> allUp(good), Duration.ofMillis(1_500));

        assertThat(allUp(good)).isTrue();
        assertThat(mostInFlight).isEqualTo(MAX_PROBES);
    }

    @Test
    void waitForATurnDoesNotFailAProbe() {
        Pool slow = pool("slow", 40, answering(HealthResult.healthy(), Duration.ofMillis(900)));

        run(() -> allUp(slow), Duration.ofSeconds(15));
        assertThat(allUp(slow)).isTrue();
        run(() -> !allUp(slow), Duration.ofSeconds(60));

        assertThat(allUp(slow)).isTrue();
        assertThat(mostInFlight).isEqualTo(MAX_PROBES);
        assertThat(probes).isGreaterThan(160);
    }

    @Test
    void removedBackendsAreRemovedFromTheQueueOfProbes() {
        Pool silent = pool("silent", 100, answering(HealthResult.unhealthy("timed out"), TIMEOUT));
        HealthCheck healthy = answering(HealthResult.healthy(), Duration.ofMillis(1));
        Pool good = pool("good", 1, healthy);

        silent.apply(config("silent", 0), silent.balancer(), silent.check());

        assertThat(limit.waiting()).isZero();
        run(() -> allUp(good), Duration.ofMillis(100));
        assertThat(allUp(good)).isTrue();
        run(() -> limit.running() == 0, Duration.ofSeconds(3));
        assertThat(limit.running()).isZero();
    }

    private static boolean allUp(Pool pool) {
        return pool.backends().stream().allMatch(BackendState::isUp);
    }

    /** Runs the simulation until the condition holds or the time is over. */
    private void run(BooleanSupplier condition, Duration most) {
        long end = simulation.elapsedNanos() + most.toNanos();
        while (!condition.getAsBoolean() && simulation.elapsedNanos() < end && simulation.step()) {
            mostInFlight = Math.max(mostInFlight, inFlight);
        }
    }

    private HealthCheck answering(HealthResult result, Duration delay) {
        return (backend, timeout) -> {
            probes++;
            inFlight++;
            CompletableFuture<HealthResult> answer = new CompletableFuture<>();
            plugins.schedule(() -> {
                inFlight--;
                answer.complete(result);
            }, delay.toMillis(), TimeUnit.MILLISECONDS);
            return answer;
        };
    }

    private Pool pool(String name, int backends, HealthCheck check) {
        Pool pool = new Pool(name, context);
        pool.apply(config(name, backends),
                SimulatedPlugins.instance(healthy -> connection -> healthy.get(0), plugins),
                SimulatedPlugins.instance(check, plugins));
        return pool;
    }

    private static PoolConfig config(String name, int backends) {
        List<BackendConfig> configs = IntStream.range(0, backends).mapToObj(i -> {
            HostPort address = new HostPort("127.0.0." + (i + 1), 9000);
            return new BackendConfig(address.toString(), address, 1, 0);
        }).toList();
        return PoolConfigs.of(name, configs, Duration.ofSeconds(5), TIMEOUT);
    }
}
