package io.apexproxy.runtime.engine.sim;

import io.apexproxy.runtime.engine.Engine;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.TurnObserver;
import io.apexproxy.runtime.engine.sim.world.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** The engine of a simulated process. */
public final class SimulatedEngine implements Engine {

    private final SimulatedProcess process;
    private final SimulatedNetwork network;
    private final boolean distributesConnections;
    private final List<SimulatedLoop> loops = new ArrayList<>();

    /**
     * Creates an engine without loops.
     *
     * @param distributesConnections whether the network distributes connections among loops on one address
     */
    public SimulatedEngine(SimulatedProcess process, SimulatedNetwork network, boolean distributesConnections) {
        this.process = process;
        this.network = network;
        this.distributesConnections = distributesConnections;
    }

    @Override
    public String name() {
        return "simulated";
    }

    /**
     * {@inheritDoc}
     *
     * @param threads creates a thread that is never started, so that callers can observe the call
     */
    @Override
    public Loop openLoop(ThreadFactory threads, TurnObserver turns) {
        threads.newThread(() -> {});
        SimulatedLoop loop = new SimulatedLoop(loops.size(), process, network, turns);
        loops.add(loop);
        return loop;
    }

    @Override
    public boolean distributesConnections() {
        return distributesConnections;
    }

    /** Returns all loops in the order in which they were opened. */
    public List<SimulatedLoop> loops() {
        return List.copyOf(loops);
    }
}
