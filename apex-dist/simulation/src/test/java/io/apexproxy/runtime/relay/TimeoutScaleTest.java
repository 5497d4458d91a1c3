package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.engine.sim.world.NetworkProfile;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork.Reachability;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of the timeouts of many sessions. The loops are busy: each event takes up to 5 µs of virtual time. */
final class TimeoutScaleTest {

    private static final int SESSIONS = 200_000;
    private static final long ARRIVAL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofHours(1);
    private static final long LATEST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Simulation simulation = new Simulation(1, false);
    private final SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkProfile.LOOPBACK);
    private final ScenarioSettings settings = new ScenarioSettings(2, true, 512L << 20, 0, 0, LONG, LONG,
            CONNECT_TIMEOUT, 1, 1, 0, SessionSettings.DEFAULT, false, LONG, false, PoolConfig.Queue.OFF,
            Duration.ZERO, Duration.ZERO, false);

    @Test
    void connectTimeoutsOfManySessionsAreAtMost200MillisLate() throws IOException {
        for (InetSocketAddress backend : settings.addresses(0)) {
            network.reach(backend, Reachability.SILENT);
        }
        var proxy = new SimulatedProxy(simulation, network, settings,
                pool -> (backend, timeout) -> CompletableFuture.completedFuture(HealthResult.healthy()));
        while (!proxy.isServing()) {
            simulation.step();
        }
        for (int i = 0; i < SESSIONS; i++) {
            simulation.after(simulation.random().nextLong(ARRIVAL_NANOS), "client",
                    () -> network.connect(network.open(), proxy.address()));
        }

        while (proxy.records().size() < SESSIONS) {
            assertThat(simulation.step()).isTrue();
        }

        assertThat(proxy.records().stream().filter(session -> session.cause() != Cause.CONNECT_TIMEOUT)).isEmpty();
        LongSummaryStatistics late = proxy.records().stream().mapToLong(TimeoutScaleTest::late).summaryStatistics();
        assertThat(late.getMin()).as("nanoseconds late, the earliest").isNotNegative();
        assertThat(late.getMax()).as("nanoseconds late, the latest").isLessThanOrEqualTo(LATEST_NANOS);
        proxy.close();
    }

    private static long late(SessionRecord session) {
        return session.endedNanos() - session.acceptedNanos() - CONNECT_TIMEOUT.toNanos();
    }
}
