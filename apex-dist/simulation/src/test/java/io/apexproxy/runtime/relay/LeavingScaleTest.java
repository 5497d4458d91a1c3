package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.NetworkProfile;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork.Reachability;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.relay.record.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of many clients that reset their connections while their backends do not answer the connect. */
final class LeavingScaleTest {

    private static final int CLIENTS = 2_000;
    private static final Duration LONG = Duration.ofHours(1);
    private static final long LATEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int BACKENDS = 3;

    private final Simulation simulation = new Simulation(1, false);
    private final SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkProfile.LOOPBACK);
    private final ScenarioSettings settings = new ScenarioSettings(2, true, 512L << 20, CLIENTS, 0, LONG, LONG,
            LONG, BACKENDS, BACKENDS, 0, SessionSettings.DEFAULT, false, LONG, false, PoolConfig.Queue.OFF,
            Duration.ZERO, Duration.ZERO, false);

    @Test
    void resetsEndAllSessionsWithinHalfASecond() throws IOException {
        for (InetSocketAddress backend : settings.addresses(0)) {
            network.reach(backend, Reachability.SILENT);
        }
        var proxy = new SimulatedProxy(simulation, network, settings,
                pool -> (backend, timeout) -> CompletableFuture.completedFuture(HealthResult.healthy()));
        while (!proxy.isServing()) {
            simulation.step();
        }
        int descriptors = proxy.process().openDescriptors() + proxy.relay().lanes(); // each loop reserves a spare one
        List<Endpoint> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Endpoint client = network.open();
            clients.add(client);
            network.connect(client, proxy.address());
        }
        while (connecting(proxy) < CLIENTS) {
            assertThat(simulation.step()).isTrue();
        }

        long left = simulation.elapsedNanos();
        clients.forEach(Endpoint::reset);
        while (proxy.records().size() < CLIENTS || proxy.process().openDescriptors() > descriptors) {
            assertThat(simulation.step()).isTrue();
            assertThat(simulation.elapsedNanos() - left).isLessThan(LATEST_NANOS);
        }

        assertThat(proxy.records()).allMatch(session -> session.cause() == Cause.CLIENT_RESET);
        assertThat(proxy.relay().active()).isZero();
        assertThat(connecting(proxy)).isZero();
        assertThat(proxy.pools().get(0).backends()).allMatch(
                backend -> backend.traffic().connectErrors().sum() == 0 && backend.traffic().connections().sum() == 0);
        proxy.close();
    }

    private static int connecting(SimulatedProxy proxy) {
        return proxy.pools().get(0).backends().stream().mapToInt(BackendState::activeConnections).sum();
    }
}
