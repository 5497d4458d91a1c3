package io.apexproxy.runtime.pool;

import static io.apexproxy.runtime.pool.SimulatedPool.backend;
import static io.apexproxy.runtime.pool.SimulatedPool.inMaintenance;
import static io.apexproxy.runtime.pool.SimulatedPool.withoutWeight;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.pool.backend.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaintenanceTest {

    private static final long DRAIN_MILLIS = SimulatedPool.DRAIN_TIMEOUT.toMillis();

    private final SimulatedPool simulated = new SimulatedPool(healthy -> connection -> healthy.get(0));

    @Test
    void backendInMaintenanceGetsNoConnection() {
        simulated.apply(backend("a"), backend("b"));

        simulated.apply(inMaintenance(backend("a")), backend("b"));

        assertThat(simulated.rotation()).containsExactly("b");
        assertThat(simulated.attempts()).containsExactly("b");
    }

    @Test
    void backendInMaintenanceIsNotProbed() {
        simulated.apply(backend("a"), backend("b"));
        simulated.apply(inMaintenance(backend("a")), backend("b"));
        int probes = simulated.probes("a");

        simulated.run(60_000);

        assertThat(simulated.probes("a")).isEqualTo(probes);
        assertThat(simulated.probes("b")).isGreaterThan(probes + 5);
        assertThat(simulated.state("a").verdict().reason()).isEqualTo("maintenance");
    }

    @Test
    void sessionsEndAfterTheDrainTimeout() {
        simulated.apply(backend("a"));
        assertThat(simulated.claim()).isEqualTo("a");
        simulated.apply(inMaintenance(backend("a")));

        simulated.run(DRAIN_MILLIS - 100);
        assertThat(simulated.ended).isEmpty();
        simulated.run(200);

        assertThat(simulated.ended).containsExactly("a MAINTENANCE");
    }

    @Test
    void sessionWhoseConnectWasInProgressAtTheDeadlineEndsSoonAfterIt() {
        simulated.apply(backend("a"));
        simulated.claim();
        simulated.apply(inMaintenance(backend("a")));

        simulated.run(DRAIN_MILLIS + 2_500);

        assertThat(simulated.ended).containsExactly("a MAINTENANCE", "a MAINTENANCE", "a MAINTENANCE");
    }

    @Test
    void returnBeforeTheDeadlineKeepsTheSessions() {
        simulated.apply(backend("a"));
        simulated.claim();
        simulated.apply(inMaintenance(backend("a")));
        simulated.run(DRAIN_MILLIS / 2);

        simulated.apply(backend("a"));
        simulated.run(2 * DRAIN_MILLIS);

        assertThat(simulated.ended).isEmpty();
        assertThat(simulated.rotation()).containsExactly("a");
    }

    @Test
    void repeatedReloadsDoNotExtendTheDeadline() {
        simulated.apply(backend("a"));
        simulated.claim();
        for (int i = 0; i < 4; i++) {
            simulated.apply(inMaintenance(backend("a")));
            simulated.run(DRAIN_MILLIS / 4);
        }
        simulated.run(100);

        assertThat(simulated.ended).containsExactly("a MAINTENANCE");
    }

    @Test
    void returningBackendServesAfterItsFirstProbe() {
        simulated.apply(inMaintenance(backend("a")), backend("b"));
        assertThat(simulated.probes("a")).isZero();

        simulated.apply(backend("a"), backend("b"));

        assertThat(simulated.probes("a")).isEqualTo(1);
        assertThat(simulated.rotation()).containsExactly("a", "b");
    }

    @Test
    void returningBackendThatFailsItsProbeGetsNoConnection() {
        simulated.apply(inMaintenance(backend("a")), backend("b"));
        simulated.makeUnhealthy("a");

        simulated.apply(backend("a"), backend("b"));

        assertThat(simulated.state("a").verdict().state()).isEqualTo(Verdict.State.DOWN);
        assertThat(simulated.rotation()).containsExactly("b");
    }

    @Test
    void poolWithAllBackendsInMaintenanceHasNoBackend() {
        simulated.apply(inMaintenance(backend("a")), inMaintenance(backend("b")));

        assertThat(simulated.pool.hasFirstVerdicts()).isTrue();
        assertThat(simulated.claim()).isEqualTo("none");
    }

    @Test
    void removedBackendInMaintenanceStillEndsItsSessions() {
        simulated.apply(backend("a"), backend("b"));
        simulated.claim();
        simulated.apply(inMaintenance(backend("a")), backend("b"));

        simulated.apply(backend("b"));
        simulated.run(DRAIN_MILLIS + 500);

        assertThat(simulated.ended).containsExactly("a MAINTENANCE");
    }

    @Test
    void connectionFindsABackendWhileAChangeTakesTheOnlyOneIntoMaintenance() {
        simulated.apply(backend("a"), withoutWeight("b"), withoutWeight("c"));
        List<String> claimed = new ArrayList<>();
        simulated.onMaintenance = () -> claimed.add(simulated.claim());

        simulated.apply(inMaintenance(backend("a")), inMaintenance(withoutWeight("b")), backend("c"));

        assertThat(claimed).containsExactly("a", "a");
        assertThat(simulated.claim()).isEqualTo("c");
        assertThat(simulated.state("a").verdict().reason()).isEqualTo("maintenance");
    }
}
