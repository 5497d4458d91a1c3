package io.apexproxy.runtime.relay;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.engine.sim.peer.Peer;
import io.apexproxy.runtime.engine.sim.peer.PeerPlan;
import io.apexproxy.runtime.engine.sim.peer.PeerServer;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork.Reachability;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The backends of both pools, their reachability, and a health check that reads it. */
final class Servers {

    private static final int LONGEST_PROBE_NANOS = 5_000_000;

    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final Map<SocketAddress, PeerServer> servers = new LinkedHashMap<>();
    private final Map<SocketAddress, Reachability> reachability = new LinkedHashMap<>();

    Servers(Simulation simulation, SimulatedNetwork network, ScenarioSettings settings, IntSupplier numbers,
            Supplier<PeerPlan> plans) {
        this.simulation = simulation;
        this.network = network;
        Stream.concat(settings.addresses(0).stream(), settings.addresses(1).stream()).forEach(address -> {
            PeerServer server = new PeerServer(simulation, network, address, numbers, plans);
            server.start();
            servers.put(address, server);
        });
    }

    HealthCheck check() {
        return (backend, timeout) -> {
            CompletableFuture<HealthResult> result = new CompletableFuture<>();
            simulation.after(simulation.random().nextInt(LONGEST_PROBE_NANOS), "probe " + backend.name(), () -> {
                if (reachability(backend.address()) != Reachability.SILENT) {
                    result.complete(isUp(backend.address())
                            ? HealthResult.healthy() : HealthResult.unhealthy("simulated"));
                }
            });
            return result;
        };
    }

    private Reachability reachability(SocketAddress address) {
        return reachability.getOrDefault(address, Reachability.NORMAL);
    }

    private boolean isUp(SocketAddress address) {
        return servers.get(address).isRunning() && reachability(address) == Reachability.NORMAL;
    }

    private PeerServer any() {
        return List.copyOf(servers.values()).get(simulation.random().nextInt(servers.size()));
    }

    /** Makes a random backend fail in one of several ways. */
    void breakServer() {
        PeerServer server = any();
        switch (simulation.random().nextInt(5)) {
            case 0 -> server.stop(false);
            case 1 -> server.stop(true);
            case 2 -> reach(server.address(), Reachability.SILENT);
            case 3 -> reach(server.address(), Reachability.REFUSED);
            default -> reach(server.address(), Reachability.UNREACHABLE);
        }
    }

    /** Makes a random backend healthy. */
    void repairServer() {
        PeerServer server = any();
        server.start();
        reach(server.address(), Reachability.NORMAL);
    }

    private void reach(InetSocketAddress address, Reachability how) {
        reachability.put(address, how);
        network.reach(address, how);
    }

    /** Returns the connections of all backends. */
    Stream<Peer> peers() {
        return servers.values().stream().flatMap(server -> server.peers().stream());
    }
}
