package io.apexproxy.runtime.pool;

import static io.apexproxy.runtime.pool.SimulatedPool.backend;
import static io.apexproxy.runtime.pool.SimulatedPool.backup;
import static io.apexproxy.runtime.pool.SimulatedPool.limited;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackupTest {

    private static final long SEVERAL_PROBES = 20_000;

    private final SimulatedPool simulated = new SimulatedPool(healthy -> connection -> healthy.get(0));

    @Test
    void backupsGetNothingWhileAnotherBackendIsHealthy() {
        simulated.apply(backup("a"), backend("b"), backend("c"));

        assertThat(simulated.rotation()).containsExactly("b", "c");
        assertThat(simulated.claim()).isEqualTo("b");
    }

    @Test
    void balancerReceivesTheBackupsWhenAllOthersAreDown() {
        simulated.makeUnhealthy("b");
        simulated.apply(backup("a"), backend("b"), backup("c"));

        assertThat(simulated.rotation()).containsExactly("a", "c");
    }

    @Test
    void recoveredBackendReplacesTheBackups() {
        simulated.makeUnhealthy("b");
        simulated.apply(backup("a"), backend("b"));

        simulated.makeHealthy("b");
        simulated.run(SEVERAL_PROBES);

        assertThat(simulated.rotation()).containsExactly("b");
        assertThat(simulated.claim()).isEqualTo("b");
    }

    @Test
    void connectionGoesToABackupIfAllOthersAreFull() {
        simulated.apply(backup("a"), limited("b", 1), limited("c", 1));

        assertThat(List.of(simulated.claim(), simulated.claim(), simulated.claim())).containsExactly("b", "c", "a");
    }

    @Test
    void connectionGoesToABackupIfAllOthersRefuseIt() {
        simulated.apply(PoolConfigs.withAttempts(3, backup("a"), backend("b"), backend("c")));

        List<String> attempts = simulated.attempts();

        assertThat(attempts.subList(0, 2)).containsExactlyInAnyOrder("b", "c");
        assertThat(attempts.subList(2, 3)).containsExactly("a");
    }

    @Test
    void attemptsToBackupsCount() {
        simulated.apply(PoolConfigs.withAttempts(2, backup("a"), backend("b"), backend("c")));

        assertThat(simulated.attempts()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void unhealthyBackupGetsNothing() {
        simulated.makeUnhealthy("a");
        simulated.apply(backup("a"), limited("b", 1));

        assertThat(List.of(simulated.claim(), simulated.claim())).containsExactly("b", "none");
    }

    @Test
    void reloadCanMakeABackendABackup() {
        simulated.apply(backend("a"), backend("b"));

        simulated.apply(backup("a"), backend("b"));

        assertThat(simulated.rotation()).containsExactly("b");
    }

    @Test
    void recoveryFromBackupsIsNoSlowStart() {
        simulated.makeUnhealthy("b");
        simulated.apply(PoolConfigs.withSlowStart(Duration.ofMinutes(1), backup("a"), backend("b")));

        simulated.makeHealthy("b");
        simulated.run(SEVERAL_PROBES);

        assertThat(simulated.pool.rotation().slowStart()).isEmpty();
    }
}
