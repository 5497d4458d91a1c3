package io.apexproxy.runtime.relay;

import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.engine.sim.SimulatedEngine;
import io.apexproxy.runtime.engine.sim.SimulatedExecutor;
import io.apexproxy.runtime.engine.sim.SimulatedProcess;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.plugin.SimulatedPlugins;
import io.apexproxy.runtime.pool.Pool;
import io.apexproxy.runtime.pool.PoolContext;
import io.apexproxy.runtime.pool.health.LastVerdicts;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import io.apexproxy.runtime.relay.accept.ListenSocket;
import io.apexproxy.runtime.relay.accept.Listener;
import io.apexproxy.runtime.relay.accept.Routing;
import io.apexproxy.runtime.relay.record.Cause;
import io.apexproxy.runtime.relay.record.SessionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * A proxy on the simulated engine: a relay, two pools and a listener. It applies changes as {@code Deployment} does, on
 * a control thread in virtual time.
 */
final class SimulatedProxy {

    private static final int FIRST_PORT = 8_000;
    private static final int MAX_PROBES = 16;

    private final Simulation simulation;
    private final SimulatedProcess process;
    private final SimulatedEngine engine;
    private final SimulatedExecutor control;
    private final Relay relay;
    private final List<Pool> pools = new ArrayList<>();
    private final List<SessionRecord> records = new ArrayList<>();
    private final Reports reports = new Reports();
    private final Listener listener;
    private ScenarioSettings settings;
    private ListenSocket socket;
    private int nextPort = FIRST_PORT;
    private int pool;
    private boolean serving;
    private boolean stopped;
    private long firstDrain = Long.MAX_VALUE;

    /**
     * Creates a proxy that serves after the first verdicts of both pools.
     *
     * @param checks creates the health check of each of the two pools
     */
    SimulatedProxy(Simulation simulation, SimulatedNetwork network, ScenarioSettings settings,
            IntFunction<HealthCheck> checks) throws IOException {
        this.simulation = simulation;
        this.settings = settings;
        process = new SimulatedProcess(simulation);
        engine = new SimulatedEngine(process, network, settings.distributesConnections());
        control = new SimulatedExecutor("control", process);
        relay = new Relay(engine, settings.loops(), settings.bufferMemory(), settings.maxConnections(), 1000);
        relay.observe(this::ended);
        PoolContext context = new PoolContext(control, host -> new CompletableFuture<>(), new PluginCloser(),
                new ProbeLimit(MAX_PROBES), relay.lanes(), relay.live(), settings::drain,
                simulation::nanoTime, simulation.random(), LastVerdicts.NONE);
        var plugins = new SimulatedExecutor("plugins", process);
        for (int i = 0; i < 2; i++) {
            Pool made = new Pool("pool" + i, context);
            made.apply(settings.pool(i), SimulatedPlugins.instance(reports.roundRobin(), plugins),
                    SimulatedPlugins.instance(checks.apply(i), plugins));
            pools.add(made);
        }
        InetSocketAddress address = nextAddress();
        listener = relay.newListener(settings.listener(address), parts(0));
        socket = bind(address);
        CompletableFuture.allOf(pools.get(0).firstVerdicts().toCompletableFuture(),
                pools.get(1).firstVerdicts().toCompletableFuture()).thenRun(this::serve);
    }

    private Routing.Parts parts(int pool) {
        return new Routing.Parts(Map.of("one", pools.get(pool)), Optional.empty(), Optional.empty());
    }

    private InetSocketAddress nextAddress() {
        return new InetSocketAddress("127.0.0.1", nextPort++);
    }

    private ListenSocket bind(InetSocketAddress address) {
        try {
            return relay.bind(settings.listener(address).addresses().get(0), Set.of(), false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void serve() {
        socket.serve(listener);
        serving = true;
    }

    private void ended(SessionRecord session) {
        records.add(session);
        if (simulation.isTraced()) {
            simulation.trace("  session of " + Address.text(session.client()) + " ends: " + session.cause().label()
                    + ", " + session.bytesFromClient() + " and " + session.bytesFromBackend() + " bytes, backend "
                    + session.backend());
        }
    }

    /** Changes limits, timeouts and queues, and optionally the pool. */
    void reload(ScenarioSettings next, boolean otherPool) {
        control.execute(() -> {
            settings = next;
            pool = otherPool ? 1 - pool : pool;
            for (int i = 0; i < pools.size(); i++) {
                pools.get(i).apply(next.pool(i), pools.get(i).balancer(), pools.get(i).check());
            }
            relay.limitConnections(next.maxConnections());
            listener.configure(next.listener((InetSocketAddress) socket.bound()), parts(pool));
        });
    }

    /** Moves the listener to another address. Does nothing after {@link #stop} or without descriptors. */
    void move() {
        control.execute(() -> {
            if (stopped || !serving) {
                return;
            }
            ListenSocket next;
            try {
                next = bind(nextAddress());
            } catch (UncheckedIOException failure) {
                simulation.trace("proxy: cannot move: " + failure.getCause().getMessage());
                return;
            }
            next.serve(listener);
            drain();
            socket = next;
        });
    }

    /** Ends all sessions. */
    void abort(Cause cause) {
        control.execute(
                () -> relay.loops()
                        .forEach(loop -> loop.forEachSession(session -> ((Session) session).abort(cause), () -> {})));
    }

    /** Stops listening without a reset. */
    void stop() {
        control.execute(() -> {
            if (!stopped) {
                stopped = true;
                drain();
            }
        });
    }

    private void drain() {
        firstDrain = Math.min(firstDrain, simulation.elapsedNanos());
        socket.drain(settings.drain());
    }

    /** Returns the start of the first drain, in nanoseconds of the simulation. */
    long firstDrain() {
        return firstDrain;
    }

    /** Ends the loops and the control thread. */
    void close() {
        relay.close();
        control.shutdown();
    }

    boolean isStopped() {
        return stopped;
    }

    boolean isServing() {
        return serving;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.bound();
    }

    SimulatedProcess process() {
        return process;
    }

    SimulatedEngine engine() {
        return engine;
    }

    Relay relay() {
        return relay;
    }

    Listener listener() {
        return listener;
    }

    List<Pool> pools() {
        return pools;
    }

    /** Returns the sessions in the order in which they ended. */
    List<SessionRecord> records() {
        return records;
    }

    /** Returns what the load balancers have learnt about the sessions. */
    Reports reports() {
        return reports;
    }

    ScenarioSettings settings() {
        return settings;
    }
}
