package io.apexproxy.runtime.pool;

import static io.apexproxy.runtime.pool.SimulatedPool.backend;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.pool.backend.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests that a pool starts with the verdicts of another process, as if it had probed the backends itself. */
class LastVerdictsTest {

    private static final Instant BEFORE = Instant.parse("2026-01-02T03:04:05Z");
    private static final Map<String, Verdict> VERDICTS = Map.of(
            "a", new Verdict(Verdict.State.UP, "", BEFORE),
            "b", new Verdict(Verdict.State.DOWN, "refused", BEFORE));

    private final SimulatedPool simulated = new SimulatedPool(healthy -> connection -> healthy.get(0),
            (pool, backend) -> Optional.ofNullable(VERDICTS.get(backend.name())));

    /** Without the verdicts, the first probe alone would decide. */
    @Test
    void firstProbesCountLikeLaterOnes() {
        simulated.makeUnhealthy("a");

        simulated.apply(PoolConfigs.withEarlyClose(2, Duration.ZERO, backend("a"), backend("b"), backend("c")));

        assertThat(simulated.probes("a")).isEqualTo(1);
        assertThat(simulated.rotation()).containsExactlyInAnyOrder("a", "c");
        assertThat(simulated.pool.backends()).filteredOn(backend -> !backend.name().equals("c"))
                .allSatisfy(backend -> assertThat(backend.verdict().since()).isEqualTo(BEFORE));

        simulated.run(60_000);
        assertThat(simulated.rotation()).containsExactlyInAnyOrder("b", "c");
    }
}
