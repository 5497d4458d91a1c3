package io.apexproxy.runtime.pool;

import static io.apexproxy.runtime.pool.SimulatedPool.backend;
import static io.apexproxy.runtime.pool.SimulatedPool.inMaintenance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlowStartTest {

    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final int STEPS = 10;
    private static final int PICKS = 2_000;

    /** The decisions of the bundled balancers. */
    enum Balancer {
        ROUND_ROBIN, RANDOM, LEAST_CONNECTIONS
    }

    private SimulatedPool simulated = new SimulatedPool(healthy -> connection -> healthy.get(0));

    private static LoadBalancer balancer(Balancer kind) {
        AtomicInteger turn = new AtomicInteger();
        Random random = new Random(7);
        return healthy -> switch (kind) {
            case ROUND_ROBIN -> connection -> healthy.get(turn.getAndIncrement() % healthy.size());
            case RANDOM -> connection -> healthy.get(random.nextInt(healthy.size()));
            case LEAST_CONNECTIONS -> connection -> healthy.stream()
                    .min(Comparator.comparingInt(Backend::activeConnections)).orElseThrow();
        };
    }

    private void applyWithSlowStart(BackendConfig... backends) {
        simulated.apply(PoolConfigs.withSlowStart(WINDOW, backends));
    }

    /** Takes a backend down, and waits until it has recovered. */
    private void recover(String name) {
        simulated.makeUnhealthy(name);
        simulated.run(10_000);
        assertThat(simulated.rotation()).doesNotContain(name);
        simulated.makeHealthy(name);
        while (!simulated.rotation().contains(name)) {
            simulated.run(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Balancer.class)
    void shareOfARecoveredBackendRisesLinearly(Balancer kind) {
        simulated = new SimulatedPool(balancer(kind));
        applyWithSlowStart(backend("a"), backend("b"), backend("c"));
        recover("b");
        Queue<BackendState> open = new ArrayDeque<>();
        for (int step = 0; step < STEPS; step++) {
            simulated.run(WINDOW.toMillis() / STEPS / 2);
            double line = (step + 0.5) / STEPS / 3;
            assertThat(share("b", open)).as("%s, step %d", kind, step).isCloseTo(line, within(0.04));
            simulated.run(WINDOW.toMillis() / STEPS / 2);
        }

        assertThat(simulated.pool.rotation().slowStart()).isEmpty();
        assertThat(share("b", open)).isCloseTo(1.0 / 3, within(0.04));
    }

    /** Returns the share of a backend among new connections; 30 connections are open at any time. */
    private double share(String name, Queue<BackendState> open) {
        int hits = 0;
        for (int i = 0; i < PICKS; i++) {
            BackendState picked = simulated.search().next().orElseThrow();
            open.add(picked);
            hits += picked.name().equals(name) ? 1 : 0;
            if (open.size() > 30) {
                BackendSearch.release(simulated.pool, open.remove());
            }
        }
        return (double) hits / PICKS;
    }

    @Test
    void allBackendsHaveTheirFullShareAtTheStart() {
        applyWithSlowStart(backend("a"), backend("b"));

        assertThat(simulated.pool.rotation().slowStart()).isEmpty();
    }

    @Test
    void addedBackendStartsSlowly() {
        applyWithSlowStart(backend("a"));

        applyWithSlowStart(backend("a"), backend("b"));

        assertThat(settled()).containsExactly("a");
    }

    @Test
    void backendThatReturnsFromMaintenanceStartsSlowly() {
        applyWithSlowStart(backend("a"), inMaintenance(backend("b")));

        applyWithSlowStart(backend("a"), backend("b"));

        assertThat(settled()).containsExactly("a");
    }

    @Test
    void replacementOfAllBackendsIsNoSlowStart() {
        applyWithSlowStart(backend("a"));

        applyWithSlowStart(backend("b"), backend("c"));

        assertThat(simulated.rotation()).containsExactly("b", "c");
        assertThat(simulated.pool.rotation().slowStart()).isEmpty();
    }

    @Test
    void slowStartEndsIfAllOthersGoDown() {
        applyWithSlowStart(backend("a"), backend("b"));
        recover("b");

        simulated.makeUnhealthy("a");
        simulated.run(10_000);

        assertThat(simulated.rotation()).containsExactly("b");
        assertThat(simulated.claim()).isEqualTo("b");
    }

    @Test
    void changeOfTheDurationAppliesAtOnce() {
        applyWithSlowStart(backend("a"), backend("b"));
        recover("b");
        assertThat(settled()).containsExactly("a");

        simulated.apply(backend("a"), backend("b")); // without slow_start

        assertThat(simulated.pool.rotation().slowStart()).isEmpty();
    }

    @Test
    void balancerThatIgnoresSlowStartsIsNotChanged() {
        simulated = new SimulatedPool(new LoadBalancer() {
            @Override
            public BackendPicker over(List<Backend> healthy) {
                return connection -> healthy.get(healthy.size() - 1);
            }

            @Override
            public boolean ignoresSlowStart() {
                return true;
            }
        });
        applyWithSlowStart(backend("a"), backend("b"));
        recover("b");
        simulated.run(SimulatedPool.MARGIN);

        assertThat(List.of(simulated.claim(), simulated.claim(), simulated.claim())).containsOnly("b");
    }

    private List<String> settled() {
        return simulated.pool.rotation().slowStart().orElseThrow().settled().stream().map(BackendState::name).toList();
    }
}
