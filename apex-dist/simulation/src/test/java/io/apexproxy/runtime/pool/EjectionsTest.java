package io.apexproxy.runtime.pool;

import static io.apexproxy.runtime.pool.SimulatedPool.backend;
import static io.apexproxy.runtime.pool.SimulatedPool.inMaintenance;
import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.pool.backend.BackendState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EjectionsTest {

    /** The number of failures in a row that eject a backend, in {@link PoolConfigs}. */
    private static final int FALL = 3;

    private final SimulatedPool simulated = new SimulatedPool(healthy -> connection -> healthy.get(0));

    private void applyWithEarlyClose(BackendConfig... backends) {
        simulated.apply(PoolConfigs.withEarlyClose(FALL, Duration.ofSeconds(1), backends));
    }

    private void fail(String name, int times) {
        BackendState backend = simulated.state(name);
        for (int i = 0; i < times; i++) {
            simulated.pool.closedEarly(backend, false);
            simulated.run(SimulatedPool.MARGIN);
        }
    }

    @Test
    void failuresInARowEjectABackendWhoseProbesSucceed() {
        applyWithEarlyClose(backend("a"), backend("b"));

        fail("a", FALL - 1);
        assertThat(simulated.rotation()).containsExactly("a", "b");
        fail("a", 1);

        assertThat(simulated.rotation()).containsExactly("b");
        assertThat(simulated.state("a").isUp()).isTrue();
        assertThat(simulated.state("a").outlier().current().orElseThrow().reason())
                .isEqualTo("3 failed connections in a row: closed before its first byte");
        assertThat(simulated.state("a").outlier().ejections()).isEqualTo(1);
        assertThat(simulated.state("a").outlier().earlyCloses()).isEqualTo(FALL);
    }

    @Test
    void ejectionEndsByItself() {
        applyWithEarlyClose(backend("a"), backend("b"));
        fail("a", FALL);

        simulated.run(29_900);
        assertThat(simulated.rotation()).containsExactly("b");
        simulated.run(200);

        assertThat(simulated.rotation()).containsExactly("a", "b");
    }

    @Test
    void secondEjectionLastsLonger() {
        applyWithEarlyClose(backend("a"), backend("b"));
        fail("a", FALL);
        simulated.run(30_000);
        fail("a", FALL);

        simulated.run(59_000);
        assertThat(simulated.rotation()).containsExactly("b");
        simulated.run(1_100);

        assertThat(simulated.rotation()).containsExactly("a", "b");
    }

    @Test
    void atMostHalfOfTheHealthyBackendsAreEjected() {
        applyWithEarlyClose(backend("a"), backend("b"), backend("c"), backend("d"), backend("e"));
        for (String name : new String[] {"a", "b", "c", "d", "e"}) {
            fail(name, FALL);
        }

        assertThat(simulated.rotation()).containsExactly("c", "d", "e");
    }

    @Test
    void singleBackendIsNotEjected() {
        applyWithEarlyClose(backend("a"));

        fail("a", 10 * FALL);

        assertThat(simulated.rotation()).containsExactly("a");
    }

    @Test
    void ejectedBackendServesIfAllOthersGoDown() {
        applyWithEarlyClose(backend("a"), backend("b"));
        fail("a", FALL);

        simulated.makeUnhealthy("b");
        simulated.run(10_000);

        assertThat(simulated.rotation()).containsExactly("a");
    }

    @Test
    void bytesOfTheBackendBeginANewStreak() {
        applyWithEarlyClose(backend("a"), backend("b"));
        for (int i = 0; i < 10; i++) {
            fail("a", FALL - 1);
            simulated.state("a").traffic().toClient().add(0, 1);
        }

        assertThat(simulated.rotation()).containsExactly("a", "b");
    }

    @Test
    void removalOfTheSettingEndsEjections() {
        applyWithEarlyClose(backend("a"), backend("b"));
        fail("a", FALL);

        simulated.apply(backend("a"), backend("b"));

        assertThat(simulated.rotation()).containsExactly("a", "b");
        assertThat(simulated.state("a").outlier().isEjected()).isFalse();
    }

    @Test
    void maintenanceEndsAnEjection() {
        applyWithEarlyClose(backend("a"), backend("b"));
        fail("a", FALL);

        applyWithEarlyClose(inMaintenance(backend("a")), backend("b"));
        applyWithEarlyClose(backend("a"), backend("b"));

        assertThat(simulated.rotation()).containsExactly("a", "b");
    }

    @Test
    void ejectionSurvivesAReload() {
        applyWithEarlyClose(backend("a"), backend("b"));
        fail("a", FALL);

        applyWithEarlyClose(backend("a"), backend("b"), backend("c"));

        assertThat(simulated.rotation()).containsExactly("b", "c");
    }
}
